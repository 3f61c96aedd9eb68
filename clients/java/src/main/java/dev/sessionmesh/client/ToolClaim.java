package dev.sessionmesh.client;

import io.vertx.core.Future;

/**
 * A front-end call that a tab executes. Heartbeats keep it, at a third of the lease, until it is answered, released or lost; a
 * connection lost in between changes nothing.
 */
public interface ToolClaim {
    String callId();

    /** Completes with the reason when another tab has the call, or it ended without this one, or the tab is over. */
    Future<String> lost();

    /** Hands in the result, any JSON value. */
    Future<Ack> result(Object value);

    /** Tells that it went wrong. */
    Future<Ack> error(String message);

    /** Gives the call back: it is offered again. */
    Future<Ack> release();
}
