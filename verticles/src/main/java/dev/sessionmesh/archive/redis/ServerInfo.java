package dev.sessionmesh.archive.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What a server says about itself in {@code INFO}. */
record ServerInfo(Map<String, String> fields) {
    private static final Pattern FOLLOWER = Pattern.compile("slave[0-9]+");

    static ServerInfo of(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String line : text.split("\r?\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return new ServerInfo(fields);
    }

    /** How many replicas have caught up; others would let a write wait in vain. */
    int replicas() {
        return (int) fields.entrySet().stream()
                .filter(field -> FOLLOWER.matcher(field.getKey()).matches())
                .filter(field -> field.getValue().contains("state=online"))
                .count();
    }

    String version() {
        return fields.getOrDefault("redis_version", "of unknown version");
    }

    /** Another one for each start of a server. */
    String run() {
        return fields.getOrDefault("run_id", "");
    }

    boolean isMaster() {
        return "master".equals(fields.get("role"));
    }

    long usedBytes() {
        return number("used_memory");
    }

    long maxBytes() {
        return number("maxmemory");
    }

    /** What it throws away when it is full; {@code noeviction} is the only answer that keeps sessions. */
    String evicts() {
        return fields.getOrDefault("maxmemory_policy", "");
    }

    private long number(String field) {
        String value = fields.getOrDefault(field, "");
        return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
    }
}
