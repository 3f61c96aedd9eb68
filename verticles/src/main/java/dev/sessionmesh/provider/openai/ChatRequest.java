package dev.sessionmesh.provider.openai;

import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.port.Provider;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The body of a request: the same for every try of a step, but for what was said meanwhile. */
final class ChatRequest {
    private static final int QUOTE_CHARS = 48;

    private final OpenAiSettings settings;
    private final String model;
    private final List<JsonObject> transcript;
    private final JsonArray tools;

    ChatRequest(OpenAiSettings settings, Provider.Request request, List<JsonObject> transcript) {
        this.settings = settings;
        this.model = request.model().isEmpty() ? settings.model() : request.model();
        if (model.isEmpty()) {
            throw new Fault.Raised(
                    Fault.lasting("unknown_model", "no model was named, and this server has no default"));
        }
        this.transcript = transcript;
        this.tools = new JsonArray();
        request.tools().forEach(tool -> tools.add(describe(tool)));
    }

    /** @param said the part of the answer that is known already */
    JsonObject body(String said) {
        JsonObject body = settings.parameters().copy();
        JsonArray messages = new JsonArray();
        transcript.forEach(messages::add);
        body.put("model", model).put("messages", messages).put("stream", true);
        if (settings.includeUsage()) {
            body.put("stream_options", new JsonObject().put("include_usage", true));
        }
        if (!tools.isEmpty()) {
            body.put("tools", tools);
        }
        if (!said.isEmpty()) {
            resume(body, messages, said);
        }
        return body;
    }

    private void resume(JsonObject body, JsonArray messages, String said) {
        JsonObject partial = new JsonObject().put("role", "assistant").put("content", said);
        messages.add(partial);
        switch (settings.continuation()) {
            case ASK -> messages.add(new JsonObject().put("role", "user").put("content", askToGoOn(said)));
            case PREFILL -> {}
            case RESTART -> throw new IllegalStateException("a step that is run again has said nothing");
            case PREFIX -> partial.put("prefix", true);
            case CONTINUE_FINAL_MESSAGE ->
                body.put("continue_final_message", true).put("add_generation_prompt", false);
        }
    }

    private static String askToGoOn(String said) {
        return "Your last message was cut off. Write the rest of it, and nothing else: no introduction, no apology."
                + " Begin by repeating its last words exactly as they stand between the following marks, without the"
                + " marks, and go on from there: <<<" + lastWords(said) + ">>>";
    }

    private static String lastWords(String said) {
        if (said.length() <= QUOTE_CHARS) {
            return said;
        }
        int from = said.length() - QUOTE_CHARS;
        int word = said.indexOf(' ', from) + 1;
        return said.substring(word > 0 && word < said.length() ? word : said.offsetByCodePoints(from, 1));
    }

    private static JsonObject describe(ToolSpec tool) {
        JsonObject function = new JsonObject().put("name", tool.name());
        if (!tool.description().isEmpty()) {
            function.put("description", tool.description());
        }
        function.put("parameters", parameters(tool));
        return new JsonObject().put("type", "function").put("function", function);
    }

    private static JsonObject parameters(ToolSpec tool) {
        if (tool.parameters().isBlank()) {
            return new JsonObject().put("type", "object").put("properties", new JsonObject());
        }
        try {
            return new JsonObject(tool.parameters());
        } catch (DecodeException notJson) {
            throw new Fault.Raised(
                    Fault.lasting("bad_tool", "the parameters of tool " + tool.name() + " are not a JSON object"));
        }
    }
}
