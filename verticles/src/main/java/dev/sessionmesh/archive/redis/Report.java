package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.Health;
import java.util.List;
import java.util.stream.Collectors;

/** Puts together what the servers say about themselves. */
final class Report {
    private static final String KEEPS = "noeviction";

    private Report() {}

    /** @param marker lost with what the archive has */
    static Health of(String marker, List<Reply> answers) {
        List<ServerInfo> servers =
                answers.stream().map(answer -> ServerInfo.of(answer.text())).toList();
        ServerInfo first = servers.getFirst();
        StringBuilder text = new StringBuilder("Redis ").append(first.version());
        if (servers.size() > 1) {
            text.append(", a Cluster of ").append(servers.size()).append(" masters");
        }
        if (!first.isMaster()) {
            text.append(", a replica");
        }
        servers.stream()
                .map(ServerInfo::evicts)
                .filter(policy -> !policy.isEmpty() && !policy.equals(KEEPS))
                .findFirst()
                .ifPresent(policy -> text.append("; throws sessions away when it is full: maxmemory-policy is ")
                        .append(policy)
                        .append(" and not ")
                        .append(KEEPS));
        boolean bounded = servers.stream().allMatch(server -> server.maxBytes() > 0);
        // Another master may not have all that the one before had.
        String origin =
                marker + servers.stream().map(ServerInfo::run).sorted().collect(Collectors.joining("/", "/", ""));
        return new Health(
                origin,
                text.toString(),
                servers.stream().mapToInt(ServerInfo::replicas).min().orElse(0),
                servers.stream().mapToLong(ServerInfo::usedBytes).sum(),
                bounded ? servers.stream().mapToLong(ServerInfo::maxBytes).sum() : 0);
    }
}
