package dev.sessionmesh.core.presence;

import java.util.List;
import java.util.Optional;

/**
 * From one roster to the next; from the empty one, a whole roster.
 *
 * @param here those who are listed now or changed
 * @param gone tabs that are not listed any more
 * @param departed all the devices that left, if that list is another now
 * @param total how many are here now
 */
public record RosterChange(List<Attendee> here, List<String> gone, Optional<List<Departed>> departed, int total) {
    boolean changes(Roster roster) {
        return !here.isEmpty() || !gone.isEmpty() || !departed.isEmpty() || total != roster.total();
    }
}
