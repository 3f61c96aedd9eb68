package dev.sessionmesh.provider.openai;

import io.vertx.core.json.JsonObject;
import java.net.URI;

/**
 * Where a model is and how to talk to it.
 *
 * @param baseUrl up to and without {@code /chat/completions}, such as {@code https://api.openai.com/v1}
 * @param model asked for when a profile names none
 * @param includeUsage whether the server understands {@code stream_options.include_usage}
 * @param parameters further fields of every request, such as {@code temperature}
 */
public record OpenAiSettings(
        URI baseUrl,
        Secret key,
        String model,
        Continuation continuation,
        boolean includeUsage,
        JsonObject parameters,
        OpenAiLimits limits) {

    public OpenAiSettings {
        boolean http = "http".equals(baseUrl.getScheme()) || "https".equals(baseUrl.getScheme());
        if (!http || baseUrl.getHost() == null || baseUrl.getUserInfo() != null || baseUrl.getQuery() != null) {
            throw new IllegalArgumentException("a base URL looks like https://host/v1, without credentials or a query");
        }
        parameters = parameters.copy();
    }

    public static OpenAiSettings of(URI baseUrl, Secret key, String model) {
        return new OpenAiSettings(baseUrl, key, model, Continuation.ASK, true, new JsonObject(), OpenAiLimits.DEFAULT);
    }

    public OpenAiSettings with(Continuation how) {
        return new OpenAiSettings(baseUrl, key, model, how, includeUsage, parameters, limits);
    }

    public OpenAiSettings with(OpenAiLimits others) {
        return new OpenAiSettings(baseUrl, key, model, continuation, includeUsage, parameters, others);
    }

    String endpoint() {
        String base = baseUrl.toString();
        return (base.endsWith("/") ? base : base + "/") + "chat/completions";
    }
}
