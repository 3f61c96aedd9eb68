package dev.sessionmesh.presence;

import dev.sessionmesh.core.presence.PresenceMessage;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** What nodes tell each other about presence, at most once: any of it may be lost without a word. */
public interface PresenceBus {
    /** @param node incarnation of the receiver */
    void send(String node, PresenceMessage message);

    /**
     * Takes what is sent to a node from now on; may be called again when it failed.
     *
     * @param receiver called on {@code at}
     */
    Future<Void> receive(String node, Loop at, Consumer<PresenceMessage> receiver);
}
