package dev.sessionmesh.gateway;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.routing.Exchanges;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions whose presence tabs of one event loop watch. Belongs to that loop. */
final class PresenceFeeds {
    private final Presence presence;
    private final Exchanges exchanges;
    private final Map<SessionKey, PresenceFeed> feeds = new HashMap<>();

    PresenceFeeds(Presence presence, Exchanges exchanges) {
        this.presence = presence;
        this.exchanges = exchanges;
    }

    Presence presence() {
        return presence;
    }

    void add(SessionKey key, Tab tab) {
        feeds.computeIfAbsent(key, this::open).add(tab);
    }

    void remove(SessionKey key, Tab tab) {
        @Nullable PresenceFeed feed = feeds.get(key);
        if (feed != null) {
            feed.remove(tab);
            if (feed.isEmpty()) {
                feeds.remove(key);
                feed.close();
            }
        }
    }

    /** The tab takes more. */
    void pump(SessionKey key, Tab tab) {
        @Nullable PresenceFeed feed = feeds.get(key);
        if (feed != null) {
            feed.pump(tab);
        }
    }

    private PresenceFeed open(SessionKey key) {
        PresenceFeed feed = new PresenceFeed(key, presence, exchanges);
        feed.open();
        return feed;
    }
}
