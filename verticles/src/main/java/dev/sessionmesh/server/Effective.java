package dev.sessionmesh.server;

import com.hazelcast.instance.BuildInfoProvider;
import dev.sessionmesh.access.quota.Network;
import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.redis.RedisSettings;
import dev.sessionmesh.cluster.JvmFlags;
import dev.sessionmesh.cluster.SelfCheck;
import dev.sessionmesh.cluster.SettingsTable;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.server.cli.ServeOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What a node was told, and what it made of that, for people: no secret is in it, only whether there is one. */
final class Effective {
    private static final String NONE = "none";

    private Effective() {}

    /** Blocks: it looks at addresses and the state directory again. */
    static JsonObject of(ServeOptions options, Limits limits) {
        SelfCheck.Report report = SelfCheck.of(
                options.cluster(), Map.of("HTTP port", options.http().port()), JvmFlags.missing());
        JsonArray findings = new JsonArray();
        report.errors().forEach(finding -> findings.add(finding("error", finding)));
        report.warnings().forEach(finding -> findings.add(finding("warning", finding)));
        return new JsonObject()
                .put("versions", texts(versions()))
                .put("settings", texts(settings(options)))
                .put("limits", texts(limits("", limits)))
                .put("findings", findings);
    }

    static String version() {
        return packaged(Effective.class);
    }

    /** As the build wrote it into the jar. */
    private static String packaged(Class<?> of) {
        return Optional.ofNullable(of.getPackage().getImplementationVersion()).orElse("not packaged");
    }

    private static JsonObject finding(String level, SelfCheck.Finding finding) {
        return new JsonObject().put("level", level).put("code", finding.code()).put("text", finding.text());
    }

    private static JsonObject texts(Map<String, String> rows) {
        JsonObject json = new JsonObject();
        rows.forEach(json::put);
        return json;
    }

    private static Map<String, String> versions() {
        Runtime machine = Runtime.getRuntime();
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("sessionmesh", version());
        rows.put("format of events", Integer.toString(BatchCodec.VERSION));
        rows.put("hazelcast", BuildInfoProvider.getBuildInfo().getVersion());
        rows.put("vert.x", packaged(Vertx.class));
        rows.put("java", Runtime.version().toString());
        rows.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        rows.put("processors", Integer.toString(machine.availableProcessors()));
        rows.put("largest heap", (machine.maxMemory() >> 20) + " MiB");
        return rows;
    }

    static Map<String, String> settings(ServeOptions options) {
        Map<String, String> rows = new LinkedHashMap<>(SettingsTable.rows(options.cluster()));
        ServeOptions.Http http = options.http();
        rows.put("HTTP host", http.host());
        rows.put("HTTP port", http.port() == 0 ? "any" : Integer.toString(http.port()));
        rows.put(
                "admin port",
                http.adminPort()
                        .map(port -> port == 0 ? "any" : Integer.toString(port))
                        .orElse("the HTTP port"));
        rows.put("metrics token", options.metrics().token().isPresent() ? "set" : NONE);
        rows.put("tenants with metrics", Integer.toString(options.metrics().tenants()));
        rows.put("allowed hosts", some(http.names()));
        rows.put("allowed origins", some(http.origins()));
        rows.put("admin token", http.adminToken().isPresent() ? "set" : "none: this machine only");
        rows.put("drill reports", path(http.drillReports()));
        ServeOptions.Auth auth = options.auth();
        rows.put(
                "token keys",
                auth.tokens()
                        .flatMap(source -> source.file())
                        .map(Path::toString)
                        .orElse(NONE));
        rows.put(
                "token keys' address",
                auth.tokens()
                        .flatMap(source -> source.address())
                        .map(Effective::bare)
                        .orElse(NONE));
        rows.put(
                "token issuer", auth.tokens().flatMap(source -> source.issuer()).orElse("any"));
        rows.put(
                "token audience",
                auth.tokens().flatMap(source -> source.audience()).orElse("any"));
        rows.put("back ends' keys", path(auth.backEnds()));
        rows.put(
                "callers",
                auth.tokens().isEmpty() && auth.backEnds().isEmpty() ? "are believed" : "prove who they are");
        rows.put("tenant limits", path(options.quotas().file()));
        rows.put(
                "trusted proxies",
                some(options.quotas().proxies().trusted().stream()
                        .map(Effective::network)
                        .toList()));
        rows.put("webhook key", options.hooks().keyFile().map(Path::toString).orElse("the cluster's own"));
        rows.put(
                "webhooks reach inside", Boolean.toString(options.hooks().urls().insideToo()));
        rows.put("default model", options.models().model());
        rows.put(
                "OpenAI address",
                options.models().openAi().map(openAi -> bare(openAi.url())).orElse(NONE));
        rows.put(
                "OpenAI key",
                options.models().openAi().flatMap(ServeOptions.OpenAi::key).isPresent() ? "set" : NONE);
        rows.put("MCP servers", some(options.tools().mcp().keySet()));
        rows.put("HTTP tools", some(options.tools().http().keySet()));
        archive(rows, options);
        rows.put(
                "traces' address",
                options.traces().map(traces -> bare(traces.endpoint())).orElse(NONE));
        rows.put(
                "traces hold content",
                Boolean.toString(
                        options.traces().filter(traces -> traces.content()).isPresent()));
        rows.put("log format", options.logFormat().name().toLowerCase(Locale.ROOT));
        return rows;
    }

    private static void archive(Map<String, String> rows, ServeOptions options) {
        options.archive()
                .ifPresentOrElse(
                        archive -> {
                            rows.put("archive", servers(archive.redis().servers()));
                            rows.put("archive's TLS", archive.redis().tls().isPresent() ? "yes" : "no");
                            ArchiveSettings settings = archive.settings();
                            rows.put("archive mode", settings.mode().name().toLowerCase(Locale.ROOT));
                            rows.put("archive idle", shown(settings.idle()));
                            rows.put("archive lag", shown(settings.lag()) + ", " + settings.lagEvents() + " events");
                            rows.put("archive behind", settings.refuse() ? "refuses new turns" : "goes on");
                        },
                        () -> rows.put("archive", NONE));
    }

    private static String servers(RedisSettings.Servers servers) {
        return switch (servers) {
            case RedisSettings.Servers.One one -> one.address().toString();
            case RedisSettings.Servers.Watched watched -> watched.master() + " at " + some(texts(watched.sentinels()));
            case RedisSettings.Servers.Cluster cluster -> some(texts(cluster.seeds()));
        };
    }

    private static List<String> texts(List<?> all) {
        return all.stream().map(Object::toString).toList();
    }

    private static String network(Network network) {
        try {
            byte[] address = HexFormat.of().parseHex(network.prefix());
            return InetAddress.getByAddress(address).getHostAddress() + "/" + network.bits();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String path(Optional<Path> file) {
        return file.map(Path::toString).orElse(NONE);
    }

    private static String some(Iterable<String> names) {
        TreeSet<String> sorted = new TreeSet<>();
        names.forEach(sorted::add);
        return sorted.isEmpty() ? NONE : String.join(", ", sorted);
    }

    /** Who asks, and what he asks with, may be a secret. */
    static String bare(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort()) + url.getPath();
    }

    /** What belongs together is a record of its own, whose name goes before those of its limits. */
    private static Map<String, String> limits(String family, Record limits) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (RecordComponent limit : limits.getClass().getRecordComponents()) {
            Object value = value(limits, limit);
            String name = limit.getName();
            if (value instanceof Record members) {
                rows.putAll(limits(name, members));
            } else {
                String own = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
                rows.put(family.isEmpty() ? name : family + own, shown(value));
            }
        }
        return rows;
    }

    private static Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String shown(Object value) {
        return value instanceof Duration duration ? duration.toMillis() + " ms" : String.valueOf(value);
    }
}
