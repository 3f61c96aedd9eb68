package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.SessionKey;

/**
 * A command on its way to where it is decided. Time and ids travel in it: deciding reads no clock.
 *
 * @param bodyHash hash of what the caller sent, so that a reused id with another body is noticed
 * @param at the sender's time, in epoch milliseconds
 * @param durableSeq the last seq of this session that the sender knows to be on every copy
 */
public record Envelope(
        SessionKey key, CommandId id, long bodyHash, Origin origin, long at, long durableSeq, Command command) {

    /** A command of the mesh itself. */
    public static Envelope internal(SessionKey key, long at, long durableSeq, Command command) {
        return new Envelope(key, CommandId.NONE, 0, Origin.SYSTEM, at, durableSeq, command);
    }

    /** The same command, at another place of its trace. */
    public Envelope traced(String place) {
        return place.equals(origin.trace())
                ? this
                : new Envelope(key, id, bodyHash, origin.at(place), at, durableSeq, command);
    }

    /** The same command in another form. */
    Envelope with(Command form) {
        return new Envelope(key, id, bodyHash, origin, at, durableSeq, form);
    }
}
