package dev.sessionmesh.cluster;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The effective settings for people: for the log, one a line. There are no secrets among them. */
public final class SettingsTable {
    private SettingsTable() {}

    public static String render(ClusterSettings settings) {
        var rows = rows(settings);
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        return rows.entrySet().stream()
                .map(row -> row.getKey() + " ".repeat(width - row.getKey().length()) + "  " + row.getValue())
                .collect(Collectors.joining("\n"));
    }

    /** By what people call them, in the order of reading. */
    public static Map<String, String> rows(ClusterSettings settings) {
        var rows = new LinkedHashMap<String, String>();
        rows.put("profile", settings.profile().toString().toLowerCase(Locale.ROOT));
        rows.put("node", settings.node().name());
        rows.put("cluster", settings.node().cluster());
        rows.put("role", settings.gateway() ? "gateway" : "holds sessions");
        rows.put("public URL", orNone(settings.node().publicUrl()));
        rows.put("bind host", settings.network().bindHost());
        rows.put("member port", port(settings.network().memberPort()));
        rows.put("bus port", port(settings.network().busPort()));
        rows.put("public host", settings.network().publicHost().orElse("the bind host"));
        rows.put("join", join(settings.join()));
        rows.put("zone", settings.place().zone().orElse("none"));
        rows.put("region", settings.place().region());
        rows.put("backups", "" + settings.redundancy().backups());
        rows.put("members expected", "" + settings.redundancy().membersExpected());
        rows.put("initial members", "" + settings.redundancy().initialMembers());
        rows.put("partitions", "" + settings.redundancy().partitions());
        var detection = settings.detection();
        rows.put("heartbeat interval", millis(detection.heartbeatInterval()));
        rows.put("heartbeat timeout", millis(detection.heartbeatTimeout()));
        rows.put("backup timeout", millis(detection.backupTimeout()));
        rows.put("call timeout", millis(detection.callTimeout()));
        rows.put("merge delay", millis(detection.mergeDelay()));
        rows.put("hold-down", millis(detection.holdDown()));
        rows.put("leave wait", millis(detection.leaveWait()));
        rows.put("state directory", settings.stateDir().map(Object::toString).orElse("none"));
        rows.put("strict", "" + settings.strict());
        return rows;
    }

    private static String join(ClusterSettings.Join join) {
        return join.alone()
                ? "nobody"
                : join.dnsName().map(name -> "DNS " + name).orElseGet(() -> join.members().stream()
                        .map(HostPort::toString)
                        .collect(Collectors.joining(", ")));
    }

    private static String orNone(String value) {
        return value.isEmpty() ? "none" : value;
    }

    private static String port(int port) {
        return port == 0 ? "any" : "" + port;
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
