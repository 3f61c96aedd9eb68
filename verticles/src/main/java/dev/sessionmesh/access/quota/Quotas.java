package dev.sessionmesh.access.quota;

import dev.sessionmesh.access.WatchedFile;
import dev.sessionmesh.access.quota.Party.Terms;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/**
 * The limits of a node. A tenant's is a total for the cluster of which each node gives out its share, an equal one; a user's and an address's are this node's. See
 * docs/decisions/0012-shares-of-limits.md.
 */
public final class Quotas {
    /** Whose limit it is. */
    public enum Whose {
        TENANT,
        USER,
        ADDRESS
    }

    private static final List<String> NEVER_HIT =
            List.of("tenant.socket", "user.socket", "user.sessions", "address.sessions");
    private static final int TENANTS_KEPT = 10_000;
    private static final int USERS_KEPT = 65_536;
    private static final int ADDRESSES_KEPT = 65_536;

    private final IntSupplier nodes;
    private final Party.Clock clock;
    private final Parties<String> tenants = new Parties<>(TENANTS_KEPT);
    private final Parties<String> users = new Parties<>(USERS_KEPT);
    private final Parties<Long> addresses = new Parties<>(ADDRESSES_KEPT);
    private final Map<Use, LongAdder> ofTenants = Use.tally();
    private final Map<Use, LongAdder> ofUsers = Use.tally();
    private final Map<Use, LongAdder> ofAddresses = Use.tally();
    private final Party near;
    private volatile QuotaPlan plan;

    /** @param nodes how many there are now; asked often */
    Quotas(QuotaPlan plan, IntSupplier nodes, Party.Clock clock) {
        this.plan = plan;
        this.nodes = nodes;
        this.clock = clock;
        this.near = new Party(() -> new Terms(Quota.BOUNDLESS, 1, "this machine"), clock, use -> {});
    }

    /** Limits that stay as they are. */
    public static Quotas of(QuotaPlan plan, IntSupplier nodes) {
        return new Quotas(plan, nodes, System::nanoTime);
    }

    /**
     * Limits from a file, as it is now and when it changes.
     *
     * @throws IllegalArgumentException when it can't be used
     */
    public static Quotas open(Vertx vertx, Path file, IntSupplier nodes) {
        Quotas quotas = of(QuotaPlan.DEFAULT, nodes);
        WatchedFile.open(vertx, "--tenant-limits", file, QuotaPlan::parse, read -> quotas.plan = read);
        return quotas;
    }

    public Party tenant(String name) {
        return tenants.of(
                name,
                () -> new Party(
                        () -> new Terms(plan.tenant(name), Math.max(1, nodes.getAsInt()), "the tenant"),
                        clock,
                        use -> count(ofTenants, use)));
    }

    public Party user(String tenant, String name) {
        return users.of(
                tenant + "/" + name,
                () -> new Party(() -> new Terms(plan.users(), 1, "a user"), clock, use -> count(ofUsers, use)));
    }

    Quota limits(String tenant) {
        return plan.tenant(tenant);
    }

    /** Of the tenants that were heard of lately. */
    Map<String, Usage> usages() {
        return tenants.each(Party::usage);
    }

    /** The node's own machine has no limits as an address: whoever is there can do worse. */
    public Party address(InetAddress address) {
        return address.isLoopbackAddress()
                ? near
                : addresses.of(
                        Addresses.counted(address),
                        () -> new Party(
                                () -> new Terms(plan.addresses(), 1, "an address"),
                                clock,
                                use -> count(ofAddresses, use)));
    }

    /** How often this limit was hit since the node started. */
    public long hits(Whose whose, Use use) {
        Map<Use, LongAdder> counts =
                switch (whose) {
                    case TENANT -> ofTenants;
                    case USER -> ofUsers;
                    case ADDRESS -> ofAddresses;
                };
        return Objects.requireNonNull(counts.get(use)).sum();
    }

    /** How often which limit was hit since the node started, by names such as {@code tenant.command}. */
    public Map<String, Long> hits() {
        Map<String, Long> hits = new TreeMap<>();
        ofTenants.forEach((use, count) -> hits.put("tenant." + use.label(), count.sum()));
        ofUsers.forEach((use, count) -> hits.put("user." + use.label(), count.sum()));
        ofAddresses.forEach((use, count) -> hits.put("address." + use.label(), count.sum()));
        NEVER_HIT.forEach(hits::remove);
        return hits;
    }

    private static void count(Map<Use, LongAdder> tally, Use use) {
        Objects.requireNonNull(tally.get(use)).increment();
    }
}
