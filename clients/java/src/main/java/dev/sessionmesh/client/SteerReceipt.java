package dev.sessionmesh.client;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of an instruction.
 *
 * @param consumed whether the turn took it up; empty when that happened while the tab was away, and only a snapshot was left of it
 * @param step the run of the model that heard it, from 1
 */
public record SteerReceipt(Ack ack, Optional<Boolean> consumed, OptionalInt step) {}
