package dev.sessionmesh.archive;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Over the event bus, one address a node. */
public final class VertxArchiveBus implements ArchiveBus {
    private static final long PATIENCE_MILLIS = 8_000;

    private final Vertx vertx;
    private final String self;

    /** @param self incarnation of this node */
    public VertxArchiveBus(Vertx vertx, String self) {
        this.vertx = vertx;
        this.self = self;
    }

    @Override
    public CompletionStage<Outcome<Boolean>> ask(String node, Question question) {
        JsonObject body = new JsonObject()
                .put("what", question.what().name())
                .put("tenant", question.key().tenant())
                .put("id", question.key().id())
                .put("seq", question.seq());
        return vertx.eventBus()
                .<JsonObject>request(address(node), body, new DeliveryOptions().setSendTimeout(PATIENCE_MILLIS))
                .map(reply -> outcome(reply.body()))
                .otherwise(silent -> Outcome.refused(ErrorCode.UNAVAILABLE, "the session's node did not answer"))
                .toCompletionStage();
    }

    @Override
    public CompletionStage<?> answer(Function<Question, CompletionStage<Outcome<Boolean>>> answers) {
        MessageConsumer<JsonObject> consumer = vertx.eventBus().consumer(address(self));
        consumer.handler(message -> {
            var unused = answers.apply(question(message.body()))
                    .whenComplete((outcome, failure) -> reply(
                            message,
                            failure == null
                                    ? outcome
                                    : Outcome.refused(ErrorCode.UNAVAILABLE, "the session's node failed")));
        });
        return consumer.completion()
                .onFailure(uncertain -> consumer.unregister())
                .toCompletionStage();
    }

    private static void reply(Message<JsonObject> message, Outcome<Boolean> outcome) {
        message.reply(
                switch (outcome) {
                    case Outcome.Done<Boolean>(Boolean value) -> new JsonObject().put("value", value);
                    case Outcome.Refused<Boolean> refused ->
                        new JsonObject()
                                .put("code", refused.code().name())
                                .put("message", refused.message())
                                .put("elsewhere", refused.isElsewhere());
                });
    }

    private static Question question(JsonObject body) {
        return new Question(
                What.valueOf(body.getString("what")),
                new SessionKey(body.getString("tenant"), body.getString("id")),
                body.getLong("seq"));
    }

    private static Outcome<Boolean> outcome(JsonObject body) {
        if (!body.containsKey("code")) {
            return Outcome.done(body.getBoolean("value"));
        }
        // A node of the version before says nothing of it.
        return body.getBoolean("elsewhere", false)
                ? Outcome.elsewhere(body.getString("message"))
                : Outcome.refused(ErrorCode.valueOf(body.getString("code")), body.getString("message"));
    }

    private static String address(String node) {
        return "archive/" + node;
    }
}
