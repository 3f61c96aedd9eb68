package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.ToolCall;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The server-side tools that the scripts call. They take their time, as tools do, and touch nothing outside. */
public final class ScriptedTools implements ToolExecutor {
    private static final long THINKING_MILLIS = 700;

    private final Vertx vertx;

    public ScriptedTools(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Execution run(Call call, Progress progress) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        String tool = call.tool().name();
        Result outcome = result(tool, call.arguments());
        long millis = tool.equals("deleteFile") ? 1 : THINKING_MILLIS;
        long timer = vertx.setTimer(millis, fired -> result.complete(outcome));
        return new Execution() {
            @Override
            public CompletionStage<Result> result() {
                return result;
            }

            @Override
            public void cancel() {
                vertx.cancelTimer(timer);
            }
        };
    }

    private static Result result(String tool, Payload arguments) {
        try {
            JsonObject given = new JsonObject(arguments instanceof Payload.Inline(String text) ? text : "");
            return switch (tool) {
                case "listOpenIssues" -> ok(issues());
                case "createTag" ->
                    ok(new JsonObject().put("tag", given.getString("tag")).put("commit", "8c41f2e"));
                case "deleteFile" -> ok(new JsonObject().put("deleted", given.getString("path")));
                default -> error("there is no tool " + tool);
            };
        } catch (DecodeException | ClassCastException malformed) {
            return error("the arguments are not what " + tool + " takes");
        }
    }

    private static JsonObject issues() {
        return new JsonObject()
                .put(
                        "open",
                        new JsonArray()
                                .add(issue(482, "Reconnect loses the scroll position", "in review"))
                                .add(issue(495, "Memory grows while an export runs", "confirmed"))
                                .add(issue(501, "Typo on the settings page", "new")));
    }

    private static JsonObject issue(int number, String title, String state) {
        return new JsonObject().put("number", number).put("title", title).put("state", state);
    }

    private static Result ok(JsonObject json) {
        return new Result(ToolCall.Outcome.OK, Payload.of(json.encode()));
    }

    private static Result error(String why) {
        return new Result(ToolCall.Outcome.ERROR, Payload.of(why));
    }
}
