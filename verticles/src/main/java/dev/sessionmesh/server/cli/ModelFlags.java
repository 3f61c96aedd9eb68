package dev.sessionmesh.server.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who answers: the model of new sessions, and where models are reached. Keys never come from the command line: `ps` shows it. */
final class ModelFlags {
    static final String API_KEY_VARIABLE = "SESSIONMESH_OPENAI_API_KEY";

    private static final int SECONDS_MAX = 86_400;
    private static final URI OPENAI = URI.create("https://api.openai.com/v1");

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "Model of new sessions that name none; 'scripted' needs no provider.")
    private String model = "scripted";

    @Option(
            names = "--openai-url",
            paramLabel = "URL",
            description =
                    "Base URL of an OpenAI-compatible server. Default: https://api.openai.com/v1 when there is a key.")
    private Optional<URI> openAiUrl = Optional.empty();

    @Option(
            names = "--openai-key-file",
            paramLabel = "FILE",
            description = "File with the API key; or set " + API_KEY_VARIABLE + ". Default: none.")
    private Optional<Path> openAiKeyFile = Optional.empty();

    @Option(
            names = "--openai-model",
            paramLabel = "NAME",
            description = "What 'openai' stands for where a session names no model of it. Default: none.")
    private String openAiModel = "";

    @Option(
            names = "--openai-first-event-timeout",
            paramLabel = "SECONDS",
            description = "How long a model may say nothing before its first event; slow reasoners need minutes.")
    private int openAiFirst = 600;

    @Option(
            names = "--openai-event-timeout",
            paramLabel = "SECONDS",
            description = "How long a model may say nothing between two events.")
    private int openAiIdle = 60;

    ServeOptions.Models models(Map<String, String> environment) {
        Optional<ApiKey> key = ApiKey.given(environment, API_KEY_VARIABLE, "--openai-key-file", openAiKeyFile);
        Optional<URI> url = openAiUrl.map(ModelFlags::checked).or(() -> key.map(present -> OPENAI));
        if (model.equals("openai") && openAiModel.isEmpty()) {
            throw new IllegalArgumentException(
                    "--model openai names no model: say openai:NAME, or give --openai-model");
        }
        Duration first = seconds("--openai-first-event-timeout", openAiFirst);
        Duration idle = seconds("--openai-event-timeout", openAiIdle);
        return new ServeOptions.Models(
                model, url.map(base -> new ServeOptions.OpenAi(base, key, openAiModel, first, idle)));
    }

    private static Duration seconds(String flag, int seconds) {
        if (seconds < 1 || seconds > SECONDS_MAX) {
            throw new IllegalArgumentException(flag + " must be 1 to " + SECONDS_MAX + ", not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    private static URI checked(URI url) {
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null) {
            throw new IllegalArgumentException("--openai-url must be an http or https URL with a host, not " + url);
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException("--openai-url must not carry a user or password");
        }
        return url;
    }
}
