package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.net.URI;

/** What a {@link Follower} wants done, in order. */
sealed interface Effect {

    /** Open a connection; answer with opened or closed. */
    record Connect(int link, URI node) implements Effect {}

    /** Bring another token; answer with token or with nothing. */
    record AskToken(int link) implements Effect {}

    /** Send a newer token. */
    record Authenticate(int link, String token) implements Effect {
        @Override
        public String toString() {
            return "Authenticate[link=" + link + "]";
        }
    }

    record Send(int link, JsonObject frame) implements Effect {}

    /** Close a connection; nothing is reported back. */
    record Close(int link, String why) implements Effect {}

    record Deliver(Frame frame) implements Effect {}

    /** The tab follows through this node, from here on. */
    record Following(URI node, Frame.Attached attached) implements Effect {}

    /** The tab follows nothing until it is attached again. */
    record Lost(String why) implements Effect {}

    /** The server did what the protocol forbids; the tab goes on from its position. */
    record Violation(String what) implements Effect {}

    record Acked(Object handle, Ack ack) implements Effect {}

    record Failed(Object handle, SessionmeshException why) implements Effect {}

    /** The tab is over for good. */
    record Ended(SessionmeshException why) implements Effect {}
}
