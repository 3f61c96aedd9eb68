package dev.sessionmesh.core;

import java.util.List;

/**
 * Where a command comes from; travels with it to wherever it is decided.
 *
 * @param actor who asks
 * @param roles what his credential says he is, such as {@code lead}; approvals may ask for one
 * @param region the region whose node took the command in
 * @param trace where in a trace it belongs, as {@link TraceParent} has it; empty when nobody traces it
 */
public record Origin(Actor actor, List<String> roles, String region, String trace) {
    public static final Origin SYSTEM = of(Actor.SYSTEM);

    public Origin {
        roles = List.copyOf(roles);
    }

    /** The same, at another place of its trace. */
    public Origin at(String place) {
        return new Origin(actor, roles, region, place);
    }

    public static Origin of(Actor actor) {
        return new Origin(actor, List.of(), "", "");
    }

    public static Origin of(Actor actor, String... roles) {
        return new Origin(actor, List.of(roles), "", "");
    }
}
