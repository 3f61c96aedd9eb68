package dev.sessionmesh.client;

/**
 * A command took effect.
 *
 * @param id the idempotency key it was sent under
 * @param session the session
 * @param seq the seq of the command's first event
 * @param duplicate the command had been answered before: a resend met its first try
 * @param degraded fewer copies than configured hold it
 */
public record Ack(String id, String session, long seq, boolean duplicate, boolean degraded) implements Frame.Signal {}
