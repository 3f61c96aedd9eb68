package dev.sessionmesh.server.cli;

import dev.sessionmesh.access.quota.Network;
import dev.sessionmesh.access.quota.Proxies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How much callers may use, and by what they are told apart. */
final class LimitFlags {
    @Option(
            names = "--tenant-limits",
            paramLabel = "FILE",
            description =
                    "JSON with how much each tenant and each address may use; read again when it changes. Default: none,"
                            + " then generous ones hold.")
    private Optional<Path> tenantLimits = Optional.empty();

    @Option(
            names = "--trust-proxy",
            split = ",",
            paramLabel = "CIDR",
            description =
                    "Whose X-Forwarded-For is believed, such as a load balancer's 10.0.0.0/8; repeatable. Default: nobody's.")
    private List<String> trustedProxies = new ArrayList<>();

    ServeOptions.Quotas quotas() {
        try {
            return new ServeOptions.Quotas(
                    tenantLimits,
                    new Proxies(trustedProxies.stream().map(Network::parse).toList()));
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("--trust-proxy: " + unreadable.getMessage(), unreadable);
        }
    }
}
