package dev.sessionmesh.archive.redis;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the archive is and how to talk to it.
 *
 * @param tls absent: in clear text
 * @param login to the servers that keep the data
 * @param sentinels login to the Sentinels
 * @param database by number; 0 in a Cluster
 * @param prefix of every key, 1 to 64 characters of {@code A-Za-z0-9._:-}
 * @param replicas how many of them a write waits for that asks for it, if so many are there
 */
public record RedisSettings(
        Servers servers,
        Optional<Tls> tls,
        Login login,
        Login sentinels,
        int database,
        String prefix,
        int replicas,
        RedisLimits limits) {
    public static final String PREFIX = "sessionmesh";
    private static final Pattern PREFIX_FORM = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final int DATABASE_MOST = 1_023;
    private static final int REPLICAS_MOST = 16;

    /** What there is at the other end. */
    public sealed interface Servers {
        /** One server, always the same. */
        record One(Address address) implements Servers {}

        /**
         * A master that Sentinels watch.
         *
         * @param master its name among them
         */
        record Watched(List<Address> sentinels, String master) implements Servers {
            public Watched {
                sentinels = List.copyOf(sentinels);
            }
        }

        /** @param seeds some of the Cluster's servers; the others are learned from them */
        record Cluster(List<Address> seeds) implements Servers {
            public Cluster {
                seeds = List.copyOf(seeds);
            }
        }
    }

    /**
     * @param authorities PEM file of those who are believed; absent: the JVM's own
     * @param identity what we show
     */
    public record Tls(Optional<Path> authorities, Optional<Identity> identity) {}

    /** PEM files of a certificate and its key. */
    public record Identity(Path certificate, Path key) {}

    /**
     * @param user absent: the default one
     * @param password file with it, read again for each connection; absent: none is asked for
     */
    public record Login(Optional<String> user, Optional<Path> password) {
        public static final Login NONE = new Login(Optional.empty(), Optional.empty());

        public Login {
            if (user.isPresent() && password.isEmpty()) {
                throw new IllegalArgumentException("a user of Redis needs a file with the password");
            }
        }
    }

    public RedisSettings {
        if (!PREFIX_FORM.matcher(prefix).matches()) {
            throw new IllegalArgumentException("a prefix of keys is 1-64 characters of A-Za-z0-9._:-");
        }
        if (database < 0 || database > DATABASE_MOST || (database > 0 && servers instanceof Servers.Cluster)) {
            throw new IllegalArgumentException("a database is a number from 0 to 1023, and 0 in a Cluster");
        }
        if (replicas < 0 || replicas > REPLICAS_MOST) {
            throw new IllegalArgumentException("a write can wait for 0 to 16 replicas");
        }
    }

    /**
     * From {@code redis://host[:port][/database]}, {@code redis-sentinel://host[:port],.../master} or {@code redis-cluster://host[:port],...}; with
     * {@code rediss} in the place of {@code redis} over TLS.
     *
     * @throws IllegalArgumentException that says what is wrong, without repeating what may be secret
     */
    public static RedisSettings parse(String url) {
        return RedisUrl.parse(url);
    }

    public RedisSettings with(Tls other) {
        return new RedisSettings(servers, Optional.of(other), login, sentinels, database, prefix, replicas, limits);
    }

    public RedisSettings withLogin(Login other) {
        return new RedisSettings(servers, tls, other, sentinels, database, prefix, replicas, limits);
    }

    public RedisSettings withSentinels(Login other) {
        return new RedisSettings(servers, tls, login, other, database, prefix, replicas, limits);
    }

    public RedisSettings withPrefix(String other) {
        return new RedisSettings(servers, tls, login, sentinels, database, other, replicas, limits);
    }

    public RedisSettings withReplicas(int other) {
        return new RedisSettings(servers, tls, login, sentinels, database, prefix, other, limits);
    }

    public RedisSettings with(RedisLimits other) {
        return new RedisSettings(servers, tls, login, sentinels, database, prefix, replicas, other);
    }
}
