package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.PresenceJson;
import dev.sessionmesh.codec.json.PresenceJson.Agent;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.presence.PresenceChange;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.presence.PresenceListener;
import dev.sessionmesh.routing.Delivery;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.FeedListener;
import dev.sessionmesh.routing.FeedStart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is in one session, for the tabs of one event loop that asked. People come from the nodes' presence; the agent that runs a turn is in
 * the log, and is put among them here.
 */
final class PresenceFeed implements PresenceListener, FeedListener {
    /** A tab, as far as it matters here. */
    interface Onlooker {
        /** @return false if it takes nothing at the moment */
        boolean signal(WireFrame frame);
    }

    private final SessionKey key;
    private final Presence presence;
    private final Exchanges exchanges;
    private final Set<Onlooker> current = new LinkedHashSet<>();
    /** Tabs that must be shown all of it: they are new, or too slow for a change. */
    private final Set<Onlooker> behind = new LinkedHashSet<>();

    private final Map<String, Agent> agents = new LinkedHashMap<>();
    /** All of it is on its way here. */
    private boolean asked;

    private boolean closed;
    private int more;

    PresenceFeed(SessionKey key, Presence presence, Exchanges exchanges) {
        this.key = key;
        this.presence = presence;
        this.exchanges = exchanges;
    }

    /** The log is followed first, so that the agent is known when people are shown. */
    void open() {
        asked = true;
        exchanges.subscribe(key, this).onComplete(done -> {
            if (closed) {
                exchanges.unsubscribe(key, this);
                return;
            }
            if (done.succeeded() && done.result() instanceof Outcome.Done<FeedStart>(FeedStart start)) {
                start.running()
                        .ifPresent(running -> agents.put(
                                running.turn(),
                                new Agent(running.turn(), running.runner().node())));
            }
            presence.watch(key, this);
        });
    }

    void close() {
        closed = true;
        presence.unwatch(key, this);
        exchanges.unsubscribe(key, this);
    }

    void add(Onlooker tab) {
        if (!current.contains(tab) && behind.add(tab)) {
            ask();
        }
    }

    void remove(Onlooker tab) {
        current.remove(tab);
        behind.remove(tab);
    }

    boolean isEmpty() {
        return current.isEmpty() && behind.isEmpty();
    }

    /** The tab takes more. */
    void pump(Onlooker tab) {
        if (behind.contains(tab)) {
            ask();
        }
    }

    private void ask() {
        if (!asked) {
            asked = true;
            presence.watch(key, this);
        }
    }

    @Override
    public void shown(PresenceChange change) {
        more = change.more();
        if (change.full()) {
            asked = false;
            WireFrame frame = frame(change, List.copyOf(agents.values()), List.of());
            for (Onlooker tab : List.copyOf(behind)) {
                if (tab.signal(frame)) {
                    behind.remove(tab);
                    current.add(tab);
                }
            }
        } else {
            tell(frame(change, List.of(), List.of()));
        }
    }

    @Override
    public void events(Delivery delivery) {
        List<Agent> came = new ArrayList<>();
        List<Agent> left = new ArrayList<>();
        for (Event event : delivery.batch().events()) {
            if (event instanceof Event.TurnClaimed claimed) {
                Agent agent = new Agent(claimed.turn(), claimed.runner().node());
                agents.put(agent.turn(), agent);
                came.add(agent);
            } else if (event instanceof Event.TurnEnded ended && agents.containsKey(ended.turn())) {
                came.removeIf(agent -> agent.turn().equals(ended.turn()));
                left.add(agents.remove(ended.turn()));
            }
        }
        if (!came.isEmpty() || !left.isEmpty()) {
            tell(frame(new PresenceChange(false, List.of(), List.of(), List.of(), more), came, left));
        }
    }

    private WireFrame frame(PresenceChange change, List<Agent> here, List<Agent> left) {
        return WireFrame.signal(PresenceJson.frame(key, change, here, left));
    }

    private void tell(WireFrame frame) {
        for (Onlooker tab : List.copyOf(current)) {
            if (!tab.signal(frame)) {
                current.remove(tab);
                behind.add(tab);
            }
        }
    }

    @Override
    public void recovering(String turn) {
        // Its agent is somebody again as soon as another claims the turn.
    }

    @Override
    public void ended() {
        // Its tabs are ended by their own feed.
    }
}
