package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.redis.RedisSettings.Login;
import dev.sessionmesh.archive.redis.RedisSettings.Servers;
import dev.sessionmesh.archive.redis.RedisSettings.Tls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the URL of an archive. */
final class RedisUrl {
    private static final Pattern FORM =
            Pattern.compile("(?<scheme>rediss?(?:-sentinel|-cluster)?)://(?<hosts>[^/?#]*)(?:/(?<path>[^/?#]*))?");
    private static final Pattern HOST =
            Pattern.compile("(?<name>[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::(?<port>[0-9]{1,5}))?");
    private static final Pattern MASTER = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26_379;
    private static final int HOSTS_MOST = 64;
    private static final String EXAMPLES = "an archive's URL looks like redis://host:6379/0,"
            + " redis-sentinel://host1,host2/mastername or redis-cluster://host1,host2; rediss, rediss-sentinel and"
            + " rediss-cluster go over TLS";

    private RedisUrl() {}

    static RedisSettings parse(String url) {
        if (url.indexOf('@') >= 0) {
            throw wrong("no user and no password belong in an archive's URL, which others can see: name the user and a"
                    + " file with the password");
        }
        Matcher parts = FORM.matcher(url);
        if (!parts.matches()) {
            throw wrong(EXAMPLES);
        }
        String scheme = parts.group("scheme");
        String path = parts.group("path") == null ? "" : parts.group("path");
        boolean sentinel = scheme.endsWith("-sentinel");
        List<Address> hosts = hosts(parts.group("hosts"), sentinel ? SENTINEL_PORT : PORT);
        Servers servers =
                switch (scheme.substring(scheme.startsWith("rediss") ? 6 : 5)) {
                    case "-sentinel" -> new Servers.Watched(hosts, master(path));
                    case "-cluster" -> new Servers.Cluster(hosts);
                    default -> new Servers.One(single(hosts));
                };
        return new RedisSettings(
                servers,
                scheme.startsWith("rediss")
                        ? Optional.of(new Tls(Optional.empty(), Optional.empty()))
                        : Optional.empty(),
                Login.NONE,
                Login.NONE,
                sentinel ? 0 : database(path),
                RedisSettings.PREFIX,
                1,
                RedisLimits.DEFAULT);
    }

    private static List<Address> hosts(String text, int port) {
        List<Address> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Matcher host = HOST.matcher(one);
            if (!host.matches()) {
                throw wrong("a host in an archive's URL looks like name:6379 or [::1]:6379, several are separated by"
                        + " commas");
            }
            String name = host.group("name");
            String given = host.group("port");
            int number = given == null ? port : Integer.parseInt(given);
            if (number < 1 || number > 65_535) {
                throw wrong("a port in an archive's URL is a number from 1 to 65535");
            }
            hosts.add(new Address(name.startsWith("[") ? name.substring(1, name.length() - 1) : name, number));
        }
        if (hosts.size() > HOSTS_MOST) {
            throw wrong("an archive's URL names at most " + HOSTS_MOST + " hosts");
        }
        return hosts;
    }

    private static Address single(List<Address> hosts) {
        if (hosts.size() > 1) {
            throw wrong("redis:// names one host; several are redis-sentinel:// or redis-cluster://");
        }
        return hosts.getFirst();
    }

    private static String master(String path) {
        if (!MASTER.matcher(path).matches()) {
            throw wrong("redis-sentinel:// ends with the name that the Sentinels have for the master, as in"
                    + " redis-sentinel://host1,host2/mastername");
        }
        return path;
    }

    private static int database(String path) {
        if (!path.matches("[0-9]{0,4}")) {
            throw wrong("what follows the hosts of an archive's URL is the number of a database, as in"
                    + " redis://host:6379/0");
        }
        return path.isEmpty() ? 0 : Integer.parseInt(path);
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what);
    }
}
