package dev.sessionmesh.console;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** One question to every node, over the event bus. Whoever does not answer in time is named, and left out. Safe on any thread. */
public final class Survey {
    private static final String ADDRESS = "mesh.console.";
    private static final long PATIENCE_MILLIS = 1_500;

    /** A node as the cluster lists it. */
    public record Member(String incarnation, String name) {}

    /** @param silent names of those that did not answer */
    record Answers(List<JsonObject> told, List<String> silent) {}

    private final Vertx vertx;
    private final Supplier<List<Member>> members;

    Survey(Vertx vertx, Supplier<List<Member>> members) {
        this.vertx = vertx;
        this.members = members;
    }

    List<Member> members() {
        return members.get();
    }

    Future<Void> answer(String incarnation, Function<JsonObject, Future<JsonObject>> answers) {
        var questions = vertx.eventBus().<JsonObject>consumer(ADDRESS + incarnation, question -> {
            try {
                answers.apply(question.body())
                        .onSuccess(question::reply)
                        .onFailure(failure -> question.fail(0, failure.toString()));
            } catch (RuntimeException unknown) {
                // A question of a newer node, say.
                question.fail(0, unknown.toString());
            }
        });
        return questions.completion().onFailure(uncertain -> questions.unregister());
    }

    Future<JsonObject> ask(Member member, JsonObject question) {
        return vertx.eventBus()
                .<JsonObject>request(
                        ADDRESS + member.incarnation(), question, new DeliveryOptions().setSendTimeout(PATIENCE_MILLIS))
                .map(reply -> reply.body());
    }

    Future<Answers> ask(JsonObject question) {
        List<Member> asked = members.get();
        List<Future<JsonObject>> answers =
                asked.stream().map(member -> ask(member, question)).toList();
        return Future.join(answers).transform(all -> {
            List<JsonObject> told = new ArrayList<>();
            List<String> silent = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                if (answers.get(i).succeeded()) {
                    told.add(answers.get(i).result());
                } else {
                    silent.add(asked.get(i).name());
                }
            }
            return Future.succeededFuture(new Answers(told, silent));
        });
    }
}
