package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Conversation.Called;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Usage;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What tests ask for, and nothing more:
 *
 * <ul>
 *   <li>{@code slow N}: the N pieces {@code 0 }, {@code 1 } ... 10 ms apart
 *   <li>{@code approve}: calls {@code deleteFile} if a person allows it; then {@code done} or {@code not done}
 *   <li>{@code fail}: fails
 *   <li>{@code tool NAME JSON}: calls a front-end tool and repeats its result
 *   <li>anything else: {@code 0 1 2 }
 * </ul>
 *
 * Steering instructions count as consumed and change nothing, so that the text stays what a test expects.
 */
final class TestScript implements Script {
    private static final int SLOW_MAX = 100_000;
    private static final long SLOW_MICROS = 10_000;
    private static final Pattern SLOW = Pattern.compile("slow (\\d{1,6})");
    private static final Pattern TOOL = Pattern.compile("tool ([A-Za-z0-9_-]{1,64}) (.+)", Pattern.DOTALL);

    @Override
    public Iterator<Cue> play(Provider.Request request) {
        TurnSoFar turn = TurnSoFar.of(request);
        List<Cue> plan = new ArrayList<>();
        turn.steers().forEach(steering -> plan.add(new Cue.Acknowledge(steering.id())));
        plan.addAll(plan(turn));
        return Script.behind(request.resumed(), plan);
    }

    private static List<Cue> plan(TurnSoFar turn) {
        Optional<Called> call = turn.calls().stream().findFirst();
        Matcher slow = SLOW.matcher(turn.question());
        Matcher tool = TOOL.matcher(turn.question());
        if (slow.matches() && isWithin(Integer.parseInt(slow.group(1)))) {
            return count(Integer.parseInt(slow.group(1)), SLOW_MICROS);
        }
        if (turn.question().equals("approve")) {
            return call.map(made -> say(wasRun(made) ? "done" : "not done"))
                    .orElseGet(() -> call("deleteFile", "{\"path\":\"draft.txt\"}", Executor.SERVER, true));
        }
        if (turn.question().equals("fail")) {
            return List.of(new Cue.Finish(new Provider.End.Failed("model_error", "model exploded")));
        }
        if (tool.matches() && isJson(tool.group(2))) {
            return call.map(made -> say(answer(made)))
                    .orElseGet(() -> call(tool.group(1), tool.group(2).strip(), Executor.CLIENT, false));
        }
        return count(3, 0);
    }

    private static boolean isWithin(int count) {
        return count >= 1 && count <= SLOW_MAX;
    }

    private static List<Cue> count(int count, long delayMicros) {
        List<Cue> plan = new ArrayList<>(count + 1);
        IntStream.range(0, count).forEach(i -> plan.add(new Cue.Say(i + " ", delayMicros)));
        plan.add(new Cue.Finish(new Provider.End.Stop(new Usage(0, count))));
        return plan;
    }

    private static List<Cue> say(String text) {
        Cue end = new Cue.Finish(new Provider.End.Stop(new Usage(0, 1)));
        return text.isEmpty() ? List.of(end) : List.of(new Cue.Say(text, 0), end);
    }

    private static List<Cue> call(String tool, String arguments, Executor executor, boolean approval) {
        return List.of(
                new Cue.Call(tool, arguments, executor, approval),
                new Cue.Finish(new Provider.End.Continue(Usage.UNKNOWN)));
    }

    private static boolean wasRun(Called call) {
        return call.outcome().equals(Optional.of(ToolCall.Outcome.OK));
    }

    /** The result's text if it is a JSON string, else its JSON; for a call that brought none, why. */
    private static String answer(Called call) {
        String result =
                switch (call.result()) {
                    case Payload.Inline(String text) -> text;
                    case Payload.Blob(String hash, int bytes) -> "(a result of " + bytes + " bytes)";
                };
        if (wasRun(call)) {
            return isJson(result) && Json.decodeValue(result) instanceof String text ? text : result;
        }
        return result.isEmpty() ? call.outcome().map(Enum::name).orElse("").toLowerCase(Locale.ROOT) : result;
    }

    private static boolean isJson(String text) {
        try {
            Json.decodeValue(text);
            return true;
        } catch (DecodeException notJson) {
            return false;
        }
    }
}
