package dev.sessionmesh.server;

import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.host.Providers;
import dev.sessionmesh.provider.scripted.ScriptedProvider;
import dev.sessionmesh.server.cli.ServeOptions;
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
        return new Providers(providers, models.model());
    }
}
