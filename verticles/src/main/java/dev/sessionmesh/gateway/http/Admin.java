package dev.sessionmesh.gateway.http;

import dev.sessionmesh.console.Console;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.telemetry.metrics.Exposition;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** What an operator may ask of a node. Nothing here blocks. */
public interface Admin {
    /** What the node does and how it is, for people and scripts. */
    JsonObject status();

    /** All that is measured, as text in the format that a reader accepts. */
    Future<Exposition> metrics(String accept);

    /** The whole cluster, as seen from here. */
    Console console();

    /** What each tenant uses of this node: see {@link dev.sessionmesh.access.quota.Usage}. */
    Future<JsonObject> tenants();

    /** Begins to leave; false when the node is leaving already. */
    boolean drain();

    /** Stays after all; false when there is nothing to break off, or when it is too late. */
    boolean stay();

    /** A node is gone for good and counts no longer; fails with {@link IllegalArgumentException} when it is unknown or present. */
    Future<JsonObject> forget(String node);

    /** What a partition held is given up; fails with {@link IllegalArgumentException} when there is no such partition. */
    Future<Void> release(int partition);

    /**
     * Whether all copies of a session are equal: {@code head}, how many {@code copies} there are; refused with {@code unavailable} when one
     * differs or does not answer.
     */
    Future<Outcome<JsonObject>> copies(SessionKey session);

    /** What the losing sides of splits had accepted, without the events. */
    Future<List<JsonObject>> lost();

    Future<Optional<JsonObject>> lost(String id);

    /** The loggers that have a level of their own, and that. */
    JsonObject loggers();

    /** Changes how much a logger says, until the node is started anew; throws {@link IllegalArgumentException} where that can't be. */
    JsonObject log(String logger, Optional<String> level);

    /** Whether there was such an entry. */
    Future<Boolean> discard(String id);

    /** How the archive is, and this node's part of it; empty where there is none. */
    Optional<JsonObject> archive();

    /** Hands this node's sessions to whichever cluster asks the archive for them, or keeps those that are still here; empty where there is no archive. */
    Future<Optional<JsonObject>> handOver(boolean on);
}
