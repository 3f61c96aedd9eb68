package dev.sessionmesh.server.cli;

import dev.sessionmesh.access.TokenKeys;
import dev.sessionmesh.access.quota.Proxies;
import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.Retention;
import dev.sessionmesh.archive.redis.RedisSettings;
import dev.sessionmesh.cluster.ClusterSettings;
import dev.sessionmesh.telemetry.trace.TraceSettings;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.webhook.UrlRules;
import dev.sessionmesh.webhook.WebhookLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Everything a node is told at its start, checked and with defaults filled in. The node's name, state directory and strictness are
 * in the cluster's settings.
 */
public record ServeOptions(
        Http http,
        Auth auth,
        Quotas quotas,
        Hooks hooks,
        Metrics metrics,
        ClusterSettings cluster,
        Models models,
        NodeTools tools,
        Optional<Archive> archive,
        Optional<TraceSettings> traces,
        LogFormat logFormat) {

    /**
     * @param port 0 takes any free port
     * @param adminPort absent: operators come in where clients do; 0 takes any free port
     * @param names it is called by, beside those of the nodes' public URLs; in lower case
     * @param origins whose pages may call, beside those of the nodes
     * @param drillReports where the reports of drills lie that the console shows
     */
    public record Http(
            String host,
            int port,
            Optional<Integer> adminPort,
            Set<String> names,
            Set<String> origins,
            Optional<ApiKey> adminToken,
            Optional<Path> drillReports) {
        public Http {
            names = Set.copyOf(names);
            origins = Set.copyOf(origins);
        }
    }

    /**
     * How callers prove who they are; with neither nobody has to.
     *
     * @param backEnds the file of back ends' keys
     */
    public record Auth(Optional<TokenKeys.Source> tokens, Optional<Path> backEnds) {}

    /** @param keyFile absent: the cluster agrees on a key of its own */
    public record Hooks(Optional<Path> keyFile, UrlRules urls, WebhookLimits limits) {}

    /**
     * Where sessions outlive the cluster.
     *
     * @param keep what is kept of tenants without rules of their own
     * @param retention the file of those with
     */
    public record Archive(
            RedisSettings redis, ArchiveSettings settings, Retention.Rules keep, Optional<Path> retention) {}

    /**
     * How much callers may use.
     *
     * @param file of tenants' and addresses' limits
     * @param proxies that are believed whom they pass on
     */
    public record Quotas(Optional<Path> file, Proxies proxies) {}

    /**
     * Who may read the metrics, and how fine they are.
     *
     * @param token beside the admin's
     * @param tenants how many have metrics of their own
     */
    public record Metrics(Optional<ApiKey> token, int tenants) {}

    /**
     * @param model of new sessions that name none
     * @param openAi absent: no such provider
     */
    public record Models(String model, Optional<OpenAi> openAi) {}

    /**
     * @param key absent for servers that want none
     * @param model of sessions that name the provider only; may be empty
     * @param first how long a model may take to say anything
     * @param idle how long it may pause from then on
     */
    public record OpenAi(URI url, Optional<ApiKey> key, String model, Duration first, Duration idle) {}

    public String name() {
        return cluster.node().name();
    }
}
