package dev.sessionmesh.server;

import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.host.Providers;
import dev.sessionmesh.provider.openai.OpenAiChatProvider;
import dev.sessionmesh.provider.openai.OpenAiSettings;
import dev.sessionmesh.provider.openai.Secret;
import dev.sessionmesh.provider.scripted.ScriptedProvider;
import dev.sessionmesh.server.cli.ApiKey;
import dev.sessionmesh.server.cli.ServeOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The providers that this server was told of; the scripted one is always there. */
final class Models {
    private Models() {}

    static Providers of(Vertx vertx, ServeOptions.Models models) {
        Map<String, Provider> providers = new HashMap<>();
        providers.put("scripted", new ScriptedProvider(vertx, InstantSource.system()));
        models.openAi().ifPresent(openAi -> providers.put("openai", openAi(vertx, openAi)));
        return new Providers(providers, models.model());
    }

    private static Provider openAi(Vertx vertx, ServeOptions.OpenAi openAi) {
        Secret key = openAi.key().map(ApiKey::value).map(Secret::of).orElse(Secret.NONE);
        return new OpenAiChatProvider(
                vertx,
                OpenAiSettings.of(openAi.url(), key, ""),
                (session, blob) -> Future.failedFuture("blob " + blob.hash() + " is not stored"));
    }
}
