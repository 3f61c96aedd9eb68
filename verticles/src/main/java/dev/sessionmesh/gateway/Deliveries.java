package dev.sessionmesh.gateway;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.routing.Delivery;
import dev.sessionmesh.trace.About;
import dev.sessionmesh.trace.Span;
import dev.sessionmesh.trace.Traces;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells of what is handed to the tabs of one session: of each turn its first token and its end, and never of every token. Belongs to one
 * event loop.
 */
final class Deliveries {
    private static final int TURNS = 32;

    /** @param appendedAt by the clock of the node that appended it, in epoch milliseconds */
    private record Due(String turn, String place, String part, long seq, long appendedAt, long sinceNanos) {}

    /** A turn that somebody traces, and that has not ended. */
    private record Followed(String place, boolean spoke) {}

    private final Traces traces;
    private final SessionKey key;
    private final Map<String, Followed> turns = new HashMap<>();
    private final List<Due> due = new ArrayList<>();

    /** @param running the traces of turns that go on already, by turn */
    Deliveries(Traces traces, SessionKey key, Map<String, String> running) {
        this.traces = traces;
        this.key = key;
        if (traces.on()) {
            running.forEach(this::follow);
        }
    }

    void arrived(Delivery delivery, long nanos) {
        if (!traces.on()) {
            return;
        }
        long seq = delivery.from() - 1;
        for (Event event : delivery.batch().events()) {
            seq += event.span();
            switch (event) {
                case Event.TurnReceived received -> follow(received.turn(), received.trace());
                case Event.Tokens tokens -> {
                    Followed turn = turns.get(tokens.turn());
                    if (turn != null && !turn.spoke()) {
                        turns.put(tokens.turn(), new Followed(turn.place(), true));
                        add(tokens.turn(), turn, "first_token", seq, delivery, nanos);
                    }
                }
                case Event.TurnEnded ended -> {
                    Followed turn = turns.remove(ended.turn());
                    if (turn != null) {
                        add(ended.turn(), turn, "end", seq, delivery, nanos);
                    }
                }
                default -> {}
            }
        }
    }

    private void follow(String turn, String place) {
        if (!place.isEmpty() && turns.size() < TURNS) {
            turns.put(turn, new Followed(place, false));
        }
    }

    private void add(String turn, Followed followed, String part, long seq, Delivery delivery, long nanos) {
        due.add(new Due(turn, followed.place(), part, seq, delivery.batch().at(), nanos));
    }

    /**
     * What arrived has been offered to the tabs.
     *
     * @param tabs how many there are
     * @param behind how many of them did not take it yet
     */
    void handedOver(int tabs, int behind, long nanos) {
        for (Due part : due) {
            Span span = traces.delivery(
                    About.of(key, part.turn()).at(part.place()), part.part(), nanos - part.sinceNanos());
            span.with("sessionmesh.seq", part.seq())
                    .with("sessionmesh.tabs", tabs)
                    .with("sessionmesh.tabs_behind", behind)
                    .with("sessionmesh.appended_at", part.appendedAt())
                    .end();
        }
        due.clear();
    }

    boolean isDue() {
        return !due.isEmpty();
    }
}
