package dev.sessionmesh.server;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.host.Providers;
import dev.sessionmesh.provider.MeteredProvider;
import dev.sessionmesh.provider.openai.OpenAiChatProvider;
import dev.sessionmesh.provider.openai.OpenAiLimits;
import dev.sessionmesh.provider.openai.OpenAiSettings;
import dev.sessionmesh.provider.openai.Secret;
import dev.sessionmesh.provider.scripted.ScriptedProvider;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.server.cli.ApiKey;
import dev.sessionmesh.server.cli.ServeOptions;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The providers that this server was told of; the scripted one is always there. */
final class Models {
    private Models() {}

    static Providers of(Vertx vertx, ServeOptions.Models models, SessionService service, Metrics metrics) {
        Map<String, Provider> providers = new HashMap<>();
        providers.put("scripted", new ScriptedProvider(vertx, InstantSource.system()));
        models.openAi().ifPresent(openAi -> providers.put("openai", openAi(vertx, openAi, service)));
        providers.replaceAll((name, provider) -> new MeteredProvider(provider, name, metrics));
        return new Providers(providers, models.model());
    }

    private static Provider openAi(Vertx vertx, ServeOptions.OpenAi openAi, SessionService service) {
        Secret key = openAi.key().map(ApiKey::value).map(Secret::of).orElse(Secret.NONE);
        OpenAiSettings settings = OpenAiSettings.of(openAi.url(), key, openAi.model())
                .with(OpenAiLimits.DEFAULT.patient(openAi.first(), openAi.idle()));
        return new OpenAiChatProvider(vertx, settings, (session, blob) -> text(service, session, blob));
    }

    private static Future<String> text(SessionService service, SessionKey session, Payload.Blob blob) {
        return service.blob(Access.ALL, session, blob.hash()).compose(outcome -> switch (outcome) {
            case Outcome.Done<byte[]>(byte[] utf8) -> Future.succeededFuture(new String(utf8, StandardCharsets.UTF_8));
            case Outcome.Refused<byte[]> refused -> Future.failedFuture(refused.message());
        });
    }
}
