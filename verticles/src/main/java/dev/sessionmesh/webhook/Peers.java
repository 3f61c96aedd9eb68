package dev.sessionmesh.webhook;

import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Asks every node how a webhook does there. Who does not answer in time is left out, and the answer says so. */
final class Peers {
    private static final String ADDRESS = "mesh.webhooks.";
    private static final long PATIENCE_MILLIS = 1_000;

    /** @param answered how many of {@code asked} nodes the tally is of */
    record Sum(Channel.Tally tally, int asked, int answered) {}

    private final Vertx vertx;
    private final Supplier<Collection<String>> incarnations;

    /** @param incarnations of all nodes, this one included */
    Peers(Vertx vertx, Supplier<Collection<String>> incarnations) {
        this.vertx = vertx;
        this.incarnations = incarnations;
    }

    /** Answers for this node, on its loop. */
    void answer(String self, Loop loop, BiFunction<String, String, Channel.Tally> tally) {
        vertx.eventBus()
                .<JsonObject>consumer(
                        ADDRESS + self,
                        question -> loop.execute(() -> {
                            JsonObject asked = question.body();
                            Channel.Tally here = tally.apply(asked.getString("tenant"), asked.getString("id"));
                            question.reply(new JsonObject()
                                    .put("deliveries", here.deliveries())
                                    .put("events", here.events())
                                    .put("failures", here.failures())
                                    .put("behind", here.behind()));
                        }));
    }

    Future<Sum> ask(String tenant, String id) {
        JsonObject question = new JsonObject().put("tenant", tenant).put("id", id);
        List<Future<Channel.Tally>> asked = incarnations.get().stream()
                .map(node -> vertx.eventBus()
                        .<JsonObject>request(
                                ADDRESS + node, question, new DeliveryOptions().setSendTimeout(PATIENCE_MILLIS))
                        .map(answer -> tally(answer.body())))
                .toList();
        return Future.join(asked).transform(all -> {
            List<Channel.Tally> told =
                    asked.stream().filter(Future::succeeded).map(Future::result).toList();
            return Future.succeededFuture(
                    new Sum(told.stream().reduce(Channel.Tally.NONE, Channel.Tally::plus), asked.size(), told.size()));
        });
    }

    private static Channel.Tally tally(JsonObject json) {
        return new Channel.Tally(
                json.getLong("deliveries"),
                json.getLong("events"),
                json.getLong("failures"),
                json.getInteger("behind"));
    }
}
