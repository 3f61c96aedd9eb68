package dev.sessionmesh.webhook;

import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Poll;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
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
        return Poll.<JsonObject>ask(vertx.eventBus(), ADDRESS, incarnations.get(), question, PATIENCE_MILLIS)
                .map(answers -> new Sum(
                        answers.told().stream().map(Peers::tally).reduce(Channel.Tally.NONE, Channel.Tally::plus),
                        answers.asked(),
                        answers.told().size()));
    }

    private static Channel.Tally tally(JsonObject json) {
        return new Channel.Tally(
                json.getLong("deliveries"),
                json.getLong("events"),
                json.getLong("failures"),
                json.getInteger("behind"));
    }
}
