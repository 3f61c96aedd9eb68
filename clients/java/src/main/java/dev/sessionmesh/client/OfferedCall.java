package dev.sessionmesh.client;

import java.util.Optional;

/**
 * A front-end call that waits for a tab to execute it.
 *
 * @param arguments any JSON value; empty when a snapshot had no room for them
 */
public record OfferedCall(String turn, String callId, String name, Optional<Object> arguments, Frame.Target target) {}
