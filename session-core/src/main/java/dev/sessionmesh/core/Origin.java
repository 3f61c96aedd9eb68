package dev.sessionmesh.core;

/**
 * Where a command comes from; travels with it to wherever it is decided.
 *
 * @param actor who asks
 * @param region the region whose node took the command in
 * @param trace W3C trace context ({@code traceparent}), or empty
 */
public record Origin(Actor actor, String region, String trace) {
    public static final Origin SYSTEM = new Origin(Actor.SYSTEM, "", "");

    public static Origin of(Actor actor) {
        return new Origin(actor, "", "");
    }
}
