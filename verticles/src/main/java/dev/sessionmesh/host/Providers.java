package dev.sessionmesh.host;

import dev.sessionmesh.core.port.Provider;
import java.util.Map;
import java.util.Optional;

/**
 * The model providers of this server, by name.
 *
 * @param fallback the model of sessions that name none
 */
public record Providers(Map<String, Provider> byName, String fallback) {
    public Providers {
        byName = Map.copyOf(byName);
    }

    /**
     * @param name of the provider
     * @param model what the provider calls it; may be empty
     */
    record Chosen(String name, Provider provider, String model) {}

    Optional<Chosen> choose(String requested) {
        String whole = requested.isEmpty() ? fallback : requested;
        int colon = whole.indexOf(':');
        String name = colon < 0 ? whole : whole.substring(0, colon);
        String model = colon < 0 ? "" : whole.substring(colon + 1);
        return Optional.ofNullable(byName.get(name)).map(provider -> new Chosen(name, provider, model));
    }
}
