package dev.sessionmesh.core;

import java.util.List;

/**
 * Where a command comes from; travels with it to wherever it is decided.
 *
 * @param actor who asks
 * @param roles what his credential says he is, such as {@code lead}; approvals may ask for one
 * @param region the region whose node took the command in
 * @param trace W3C trace context ({@code traceparent}), or empty
 */
public record Origin(Actor actor, List<String> roles, String region, String trace) {
    public static final Origin SYSTEM = of(Actor.SYSTEM);

    public Origin {
        roles = List.copyOf(roles);
    }

    public static Origin of(Actor actor) {
        return new Origin(actor, List.of(), "", "");
    }

    public static Origin of(Actor actor, String... roles) {
        return new Origin(actor, List.of(roles), "", "");
    }
}
