package dev.sessionmesh.core.presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who is here, by one node or by all of them together.
 *
 * @param listed those who came first, in that order, as many as are listed
 * @param total how many there are, listed or not
 * @param departed devices that left, the latest first
 */
public record Roster(List<Attendee> listed, int total, List<Departed> departed) {
    static final Roster EMPTY = new Roster(List.of(), 0, List.of());

    /** How many are here that are not listed. */
    public int more() {
        return total - listed.size();
    }

    /** Several nodes' rosters as one. A device that is here has not departed. */
    static Roster merged(Collection<Roster> rosters, PresenceLimits limits) {
        List<Attendee> here = rosters.stream()
                .flatMap(roster -> roster.listed.stream())
                .sorted(Attendee.ORDER)
                .limit(limits.listed())
                .toList();
        Departures departures = new Departures(limits.remembered());
        departures.addAll(
                rosters.stream().flatMap(roster -> roster.departed.stream()).toList());
        Set<Departed.Device> present = here.stream()
                .map(attendee -> new Departed.Device(attendee.user(), attendee.device()))
                .collect(Collectors.toSet());
        return new Roster(
                here,
                rosters.stream().mapToInt(Roster::total).sum(),
                departures.all().stream()
                        .filter(departed -> !present.contains(departed.key()))
                        .toList());
    }

    /** What makes this one of {@code before}. */
    RosterChange since(Roster before) {
        Map<String, Attendee> gone = before.byTab();
        List<Attendee> changed = new ArrayList<>();
        for (Attendee attendee : listed) {
            if (!attendee.equals(gone.remove(attendee.tab()))) {
                changed.add(attendee);
            }
        }
        return new RosterChange(
                changed,
                List.copyOf(gone.keySet()),
                departed.equals(before.departed) ? Optional.empty() : Optional.of(departed),
                total);
    }

    Roster after(RosterChange change) {
        Map<String, Attendee> here = byTab();
        change.gone().forEach(here::remove);
        change.here().forEach(attendee -> here.put(attendee.tab(), attendee));
        return new Roster(
                here.values().stream().sorted(Attendee.ORDER).toList(),
                change.total(),
                change.departed().orElse(departed));
    }

    private Map<String, Attendee> byTab() {
        Map<String, Attendee> byTab = new HashMap<>();
        listed.forEach(attendee -> byTab.put(attendee.tab(), attendee));
        return byTab;
    }
}
