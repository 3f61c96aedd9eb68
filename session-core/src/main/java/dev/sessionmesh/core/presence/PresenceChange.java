package dev.sessionmesh.core.presence;

import java.util.List;

/**
 * What those who watch a session are shown.
 *
 * @param full it replaces what was shown before; else it goes on from there
 * @param here those who came or changed
 * @param left those who left; in a full one, the devices that left before
 * @param unlisted tabs that are still here, but no longer among the listed
 * @param more how many are here that are not listed
 */
public record PresenceChange(boolean full, List<Attendee> here, List<Departed> left, List<String> unlisted, int more) {

    public static PresenceChange full(Roster roster) {
        return new PresenceChange(true, roster.listed(), roster.departed(), List.of(), roster.more());
    }
}
