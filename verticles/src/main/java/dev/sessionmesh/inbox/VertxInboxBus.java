package dev.sessionmesh.inbox;

import dev.sessionmesh.codec.PendingCodec;
import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Poll;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The clustered event bus: an address a node for questions, and one for all of them to hear of changes. */
public final class VertxInboxBus implements InboxBus {
    private static final String ADDRESS = "inbox.";
    private static final String CHANGED = "inbox.changed";
    /** A node that takes longer is dead, or will be asked again. */
    private static final long PATIENCE_MILLIS = 1_500;

    private final EventBus bus;
    private final String self;
    private final Supplier<Collection<String>> nodes;

    /** @param nodes incarnations of all members, this one included */
    public VertxInboxBus(Vertx vertx, String self, Supplier<Collection<String>> nodes) {
        this.bus = vertx.eventBus();
        this.self = self;
        this.nodes = nodes;
    }

    @Override
    public Future<Void> join(Loop at, Function<String, List<PendingApproval>> own, Consumer<String> changed) {
        Promise<Void> joined = Promise.promise();
        at.execute(() -> {
            MessageConsumer<String> questions = bus.consumer(
                    ADDRESS + self,
                    question -> question.reply(Buffer.buffer(PendingCodec.encode(own.apply(question.body())))));
            MessageConsumer<String> changes = bus.consumer(CHANGED, message -> changed.accept(message.body()));
            Future.all(questions.completion(), changes.completion())
                    .onFailure(uncertain -> {
                        questions.unregister();
                        changes.unregister();
                    })
                    .<Void>mapEmpty()
                    .onComplete(joined);
        });
        return joined.future();
    }

    @Override
    public Future<List<PendingApproval>> ask(String tenant) {
        return Poll.<Buffer>ask(bus, ADDRESS, nodes.get(), tenant, PATIENCE_MILLIS)
                .map(answers -> answers.told().stream()
                        .flatMap(told -> PendingCodec.decode(told.getBytes()).stream())
                        .sorted(PendingApproval::byAge)
                        .toList());
    }

    @Override
    public void changed(String tenant) {
        bus.publish(CHANGED, tenant);
    }
}
