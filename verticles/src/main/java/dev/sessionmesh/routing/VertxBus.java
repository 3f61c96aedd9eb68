package dev.sessionmesh.routing;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.codec.BundleCodec;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/** The clustered event bus, one address a node. Register {@link BundleCodec} first. */
public final class VertxBus implements Bus {
    private static final DeliveryOptions OPTIONS = new DeliveryOptions().setCodecName(BundleCodec.NAME);

    private final Vertx vertx;

    public VertxBus(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public void send(String node, Bundle bundle) {
        vertx.eventBus().send(address(node), bundle, OPTIONS);
    }

    @Override
    public Future<Void> receive(String node, Loop at, Consumer<Bundle> receiver) {
        Promise<Void> registered = Promise.promise();
        at.execute(() -> {
            MessageConsumer<Bundle> consumer =
                    vertx.eventBus().consumer(address(node), message -> receiver.accept(message.body()));
            consumer.completion().onFailure(uncertain -> consumer.unregister()).onComplete(registered);
        });
        return registered.future();
    }

    private static String address(String node) {
        return "node." + node;
    }
}
