package dev.sessionmesh.presence;

import dev.sessionmesh.codec.PresenceCodec;
import dev.sessionmesh.core.presence.PresenceMessage;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/** The clustered event bus, an address of presence's own: a node that does not know of presence is not bothered. */
public final class VertxPresenceBus implements PresenceBus {
    private static final DeliveryOptions OPTIONS = new DeliveryOptions().setCodecName(PresenceCodec.NAME);

    private final Vertx vertx;

    public VertxPresenceBus(Vertx vertx) {
        this.vertx = vertx;
        vertx.eventBus().registerCodec(new PresenceCodec());
    }

    @Override
    public void send(String node, PresenceMessage message) {
        vertx.eventBus().send(address(node), message, OPTIONS);
    }

    @Override
    public Future<Void> receive(String node, Loop at, Consumer<PresenceMessage> receiver) {
        Promise<Void> registered = Promise.promise();
        at.execute(() -> {
            MessageConsumer<PresenceMessage> consumer =
                    vertx.eventBus().consumer(address(node), message -> receiver.accept(message.body()));
            consumer.completion().onFailure(uncertain -> consumer.unregister()).onComplete(registered);
        });
        return registered.future();
    }

    private static String address(String node) {
        return "presence." + node;
    }
}
