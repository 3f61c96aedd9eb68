package dev.sessionmesh.server.cli;

import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.archive.Retention.Rules;
import dev.sessionmesh.archive.redis.RedisSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where sessions outlive the cluster. */
final class ArchiveFlags {
    private static final int SECONDS_MAX = 30 * 24 * 3_600;
    private static final long EVENTS_MAX = 1_000_000_000;

    /** What of what is acknowledged is archived. */
    enum When {
        off,
        async,
        sync
    }

    /** What a node does that is too far behind. */
    enum Beyond {
        go_on,
        refuse
    }

    @Option(
            names = "--archive-redis",
            paramLabel = "URL",
            description =
                    "Redis that keeps sessions: redis://host:port, redis-sentinel://host:port,.../master or"
                            + " redis-cluster://host:port,...; rediss for TLS. Default: none, sessions live as long as the cluster.")
    private Optional<String> url = Optional.empty();

    @Option(
            names = "--archive-mode",
            paramLabel = "off|async|sync",
            description =
                    "off: as if there were no Redis. async: archived a moment after it is acknowledged. sync: acknowledged once"
                            + " it is archived.")
    private When mode = When.async;

    @Option(
            names = "--archive-user",
            paramLabel = "NAME",
            description = "User of Redis. Default: Redis' own default user.")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--archive-password-file",
            paramLabel = "FILE",
            description = "The password for Redis, and nothing else; read again for each connection.")
    private Optional<Path> password = Optional.empty();

    @Option(
            names = "--archive-sentinel-user",
            paramLabel = "NAME",
            description = "User of the Sentinels, whose logins are their own. Default: their default user.")
    private Optional<String> sentinelUser = Optional.empty();

    @Option(
            names = "--archive-sentinel-password-file",
            paramLabel = "FILE",
            description =
                    "The password for the Sentinels, and nothing else; read again for each connection. Default: none.")
    private Optional<Path> sentinelPassword = Optional.empty();

    @Option(
            names = "--archive-ca-file",
            paramLabel = "FILE",
            description = "Certificates, as PEM, of those who may vouch for Redis. Default: those the JVM trusts.")
    private Optional<Path> authorities = Optional.empty();

    @Option(
            names = "--archive-cert-file",
            paramLabel = "FILE",
            description = "Certificate, as PEM, that this node shows to Redis, with --archive-key-file.")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--archive-key-file", paramLabel = "FILE", description = "Key of the certificate, as PEM.")
    private Optional<Path> key = Optional.empty();

    @Option(
            names = "--archive-prefix",
            paramLabel = "PREFIX",
            description = "Of all keys in Redis. Clusters that hand sessions to each other share it.")
    private String prefix = RedisSettings.PREFIX;

    @Option(
            names = "--archive-replicas",
            paramLabel = "N",
            description = "Replicas of Redis that must have what sync mode acknowledges, if so many are connected.")
    private int replicas = 1;

    @Option(
            names = "--archive-idle",
            paramLabel = "SECONDS",
            description = "After so long a session that nobody follows and in which nothing happens leaves the memory.")
    private int idle = 600;

    @Option(
            names = "--archive-pressure",
            paramLabel = "PERCENT",
            description =
                    "From so much of the heap on sessions that nobody follows leave it earlier, the oldest first.")
    private int pressure = 75;

    @Option(
            names = "--archive-lag-seconds",
            paramLabel = "SECONDS",
            description = "For how long what was acknowledged may be missing in the archive.")
    private int lag = 30;

    @Option(
            names = "--archive-lag-events",
            paramLabel = "N",
            description = "How many events of a node's sessions may be missing in the archive.")
    private long lagEvents = 100_000;

    @Option(
            names = "--archive-beyond",
            paramLabel = "go_on|refuse",
            description =
                    "What a node does beyond these bounds: go on, or take no new turns until the archive has caught up.")
    private Beyond beyond = Beyond.go_on;

    @Option(
            names = "--archive-keep-days",
            paramLabel = "DAYS",
            description = "Sessions that have slept and not changed for so long are erased. 0, the default: never.")
    private int keepDays;

    @Option(
            names = "--archive-keep-sessions",
            paramLabel = "N",
            description =
                    "Sleeping sessions of a tenant beyond so many are erased, those first that changed longest ago. 0, the default:"
                            + " any number is kept.")
    private int keepSessions;

    @Option(
            names = "--archive-keep-megabytes",
            paramLabel = "N",
            description =
                    "Sleeping sessions of a tenant whose logs take more than that together are erased, those first that changed"
                            + " longest ago. 0, the default: they may take anything.")
    private int keepMegabytes;

    @Option(
            names = "--archive-compact-days",
            paramLabel = "DAYS",
            description =
                    "Of sessions that have slept and not changed for so long the text is kept, and not where each token began."
                            + " 0, the default: never.")
    private int compactDays;

    @Option(
            names = "--archive-retention",
            paramLabel = "FILE",
            description =
                    "JSON with what is kept of single tenants; read again when it changes. Default: of all the same.")
    private Optional<Path> retention = Optional.empty();

    /** @param cluster under whose name sessions are held */
    Optional<ServeOptions.Archive> archive(String cluster) {
        if (url.isEmpty() || mode == When.off) {
            return Optional.empty();
        }
        within("--archive-idle", idle, 1, SECONDS_MAX);
        within("--archive-pressure", pressure, 10, 100);
        within("--archive-lag-seconds", lag, 1, SECONDS_MAX);
        within("--archive-lag-events", lagEvents, 1, EVENTS_MAX);
        within("--archive-keep-days", keepDays, 0, Rules.DAYS_MAX);
        within("--archive-keep-sessions", keepSessions, 0, Rules.SESSIONS_MAX);
        within("--archive-keep-megabytes", keepMegabytes, 0, Rules.MEGABYTES_MAX);
        within("--archive-compact-days", compactDays, 0, Rules.DAYS_MAX);
        RedisSettings redis = RedisSettings.parse(url.get())
                .withPrefix(prefix)
                .withReplicas(replicas)
                .withLogin(new RedisSettings.Login(user, password))
                .withSentinels(new RedisSettings.Login(sentinelUser, sentinelPassword));
        if (sentinelPassword.isPresent() && !(redis.servers() instanceof RedisSettings.Servers.Watched)) {
            throw new IllegalArgumentException("a login to Sentinels needs a redis-sentinel URL");
        }
        ArchiveSettings settings = ArchiveSettings.of(mode == When.sync ? Mode.SYNC : Mode.ASYNC, cluster)
                .idleAfter(Duration.ofSeconds(idle), pressure)
                .bounded(Duration.ofSeconds(lag), lagEvents, beyond == Beyond.refuse);
        return Optional.of(new ServeOptions.Archive(
                secured(redis), settings, Rules.of(keepDays, keepSessions, keepMegabytes, compactDays), retention));
    }

    private RedisSettings secured(RedisSettings redis) {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("--archive-cert-file and --archive-key-file belong together");
        }
        if (authorities.isEmpty() && certificate.isEmpty()) {
            return redis;
        }
        if (redis.tls().isEmpty()) {
            throw new IllegalArgumentException("certificates for Redis need a rediss URL");
        }
        return redis.with(new RedisSettings.Tls(
                authorities, certificate.map(shown -> new RedisSettings.Identity(shown, key.orElseThrow()))));
    }

    private static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
