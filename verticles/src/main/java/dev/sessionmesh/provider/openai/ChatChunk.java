package dev.sessionmesh.provider.openai;

import dev.sessionmesh.core.session.Usage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One event of the stream, read tolerantly: what servers leave out, send as null or send in an unexpected type counts as absent.
 *
 * @param finish why the answer ends; empty while it goes on
 */
record ChatChunk(String text, String reasoning, List<CallDelta> calls, String finish, Usage usage) {
    /**
     * @param index which call it belongs to; negative when the server does not say
     */
    record CallDelta(int index, String id, String name, String arguments) {}

    private static final Set<String> PASSING = Set.of("server_error", "overloaded_error", "rate_limit_exceeded");

    static ChatChunk read(JsonObject event) {
        if (event.getValue("error") != null) {
            throw new Fault.Raised(fault(event.getValue("error")));
        }
        JsonObject choice = choice(event);
        JsonObject delta = object(choice, "delta");
        String text = string(delta, "content");
        String reasoning = string(delta, "reasoning_content");
        return new ChatChunk(
                text.isEmpty() ? string(delta, "refusal") : text,
                reasoning.isEmpty() ? string(delta, "reasoning") : reasoning,
                calls(delta),
                string(choice, "finish_reason"),
                usage(object(event, "usage")));
    }

    private static Fault fault(Object error) {
        String text = errorText(error);
        if (error instanceof JsonObject details) {
            int code = integer(details, "code");
            boolean passing = code == 429 || code >= 500 || PASSING.contains(string(details, "type"));
            return passing ? Fault.passing("model_error", text) : Fault.lasting("model_error", text);
        }
        return Fault.lasting("model_error", text);
    }

    /** What a server says about an error, in whatever form. */
    static String errorText(Object error) {
        if (error instanceof JsonObject details) {
            String message = string(details, "message");
            return message.isEmpty() ? details.encode() : message;
        }
        return error.toString();
    }

    private static JsonObject choice(JsonObject event) {
        if (event.getValue("choices") instanceof JsonArray choices) {
            for (Object each : choices) {
                if (each instanceof JsonObject choice && integer(choice, "index") <= 0) {
                    return choice;
                }
            }
        }
        return new JsonObject();
    }

    private static List<CallDelta> calls(JsonObject delta) {
        List<CallDelta> calls = new ArrayList<>();
        if (delta.getValue("tool_calls") instanceof JsonArray deltas) {
            for (Object each : deltas) {
                if (each instanceof JsonObject call) {
                    JsonObject function = object(call, "function");
                    // Not conforming, but seen: arguments as an object instead of its text.
                    String arguments = function.getValue("arguments") instanceof JsonObject whole
                            ? whole.encode()
                            : string(function, "arguments");
                    calls.add(new CallDelta(
                            integer(call, "index"), string(call, "id"), string(function, "name"), arguments));
                }
            }
        }
        return calls;
    }

    private static Usage usage(JsonObject usage) {
        int input = integer(usage, "prompt_tokens");
        int output = integer(usage, "completion_tokens");
        return input < 0 || output < 0 ? Usage.UNKNOWN : new Usage(input, output);
    }

    private static JsonObject object(JsonObject in, String name) {
        return in.getValue(name) instanceof JsonObject found ? found : new JsonObject();
    }

    private static String string(JsonObject in, String name) {
        return in.getValue(name) instanceof String found ? found : "";
    }

    private static int integer(JsonObject in, String name) {
        return in.getValue(name) instanceof Number found ? found.intValue() : -1;
    }
}
