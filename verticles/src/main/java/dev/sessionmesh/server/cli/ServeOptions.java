package dev.sessionmesh.server.cli;

import dev.sessionmesh.cluster.ClusterSettings;
import java.net.URI;
import java.util.Optional;

/**
 * Everything a node is told at its start, checked and with defaults filled in. The node's name, state directory and strictness are
 * in the cluster's settings.
 */
public record ServeOptions(Http http, ClusterSettings cluster, Models models, LogFormat logFormat) {

    /** @param port 0 takes any free port */
    public record Http(String host, int port) {}

    /**
     * @param model of new sessions that name none
     * @param openAi absent: no such provider
     */
    public record Models(String model, Optional<OpenAi> openAi) {}

    /** @param key absent for servers that want none */
    public record OpenAi(URI url, Optional<ApiKey> key) {}

    public String name() {
        return cluster.node().name();
    }
}
