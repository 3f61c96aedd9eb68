package dev.sessionmesh.client;

import dev.sessionmesh.client.Presence.Attendee;
import dev.sessionmesh.client.Presence.Departed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is here, kept up to date from the {@link Presence} frames of a tab that {@linkplain Tab#watch watches}. Not thread-safe. */
public final class Attendance {
    /** Departed devices kept. */
    private static final int REMEMBERED = 64;

    private record Device(String user, Optional<String> device) {}

    private final Map<String, Attendee> here = new LinkedHashMap<>();
    private List<Departed> left = List.of();
    private int more;

    /** Those who came first; {@link #more} are not listed. */
    public List<Attendee> here() {
        return List.copyOf(here.values());
    }

    /** Devices that left, the latest first; some of the earlier ones are forgotten. */
    public List<Departed> left() {
        return left;
    }

    /** How many are here that are not listed. */
    public int more() {
        return more;
    }

    public void see(Presence told) {
        if (told.full()) {
            here.clear();
            left = List.of();
        }
        told.left().forEach(one -> here.remove(one.tab()));
        told.here().forEach(one -> here.put(one.tab(), one));
        more = told.more();
        List<Departed> all = new ArrayList<>(told.left());
        all.addAll(left);
        left = remembered(all);
    }

    /** One per device, and none that is here; others are only off the list, or agents whose turn ended. */
    private List<Departed> remembered(List<Departed> all) {
        Map<Device, Departed> kept = new LinkedHashMap<>();
        for (Departed one : all) {
            one.user().ifPresent(user -> kept.putIfAbsent(new Device(user, one.device()), one));
        }
        here.values().forEach(one -> kept.remove(new Device(one.user(), one.device())));
        return kept.values().stream().limit(REMEMBERED).toList();
    }
}
