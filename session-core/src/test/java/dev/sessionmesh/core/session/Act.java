package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.SessionKey;
import java.time.Duration;
import java.util.List;

/** One command by somebody, some time after the one before. */
public record Act(CommandId id, long bodyHash, Actor by, List<String> roles, long laterMs, Command command) {
    static Act of(String id, Command command) {
        return new Act(CommandId.parse(id), command.hashCode(), Words.ALICE, List.of(), 1, command);
    }

    static Act internal(Command command) {
        return new Act(CommandId.NONE, 0, Actor.SYSTEM, List.of(), 1, command);
    }

    Act by(Actor other, String... itsRoles) {
        return new Act(id, bodyHash, other, List.of(itsRoles), laterMs, command);
    }

    Act after(Duration later) {
        return new Act(id, bodyHash, by, roles, later.toMillis(), command);
    }

    Act withBody(long hash) {
        return new Act(id, hash, by, roles, laterMs, command);
    }

    public Envelope envelope(SessionKey key, long at) {
        return new Envelope(key, id, bodyHash, new Origin(by, roles, "", ""), at, 0, command);
    }
}
