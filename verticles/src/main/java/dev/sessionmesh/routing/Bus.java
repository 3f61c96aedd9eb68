package dev.sessionmesh.routing;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** Messages between nodes, at most once: any of them may be lost without a word. */
public interface Bus {
    /** @param node incarnation of the receiver */
    void send(String node, Bundle bundle);

    /**
     * Takes what is sent to a node from now on; may be called again when it failed.
     *
     * @param receiver called on {@code at}
     */
    Future<Void> receive(String node, Loop at, Consumer<Bundle> receiver);
}
