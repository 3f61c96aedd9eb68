package dev.sessionmesh.webhook;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.WebhookArchive;
import dev.sessionmesh.loop.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhooks of all tenants, with a copy in the archive. The memory is what counts while there is one: a tenant's webhooks are copied whenever they change,
 * and compared now and then. A cluster that begins gets what the archive has before it shows, or changes, any.
 */
public final class ArchivedEndpoints implements EndpointShelf {
    private static final Logger LOG = LoggerFactory.getLogger(ArchivedEndpoints.class);
    private static final long RETRY_MILLIS = 1_000;
    private static final int PAGE = 256;

    /**
     * What it is made of.
     *
     * @param memory those of the cluster
     * @param cluster under whose name they are kept
     * @param sync whether a change is done once the archive has it
     * @param quorum whether this node belongs to a majority that has lost no partition: what others have, or had, is not known otherwise
     * @param mine whether it is this node that compares
     * @param compare how often
     */
    public record Kit(
            EndpointShelf memory,
            WebhookArchive archive,
            String cluster,
            boolean sync,
            BooleanSupplier quorum,
            BooleanSupplier mine,
            Duration compare,
            Loop loop) {}

    private final Kit kit;
    /** Tenants whose webhooks are not copied as this node last saw them. */
    private final Set<String> behind = ConcurrentHashMap.newKeySet();

    private volatile boolean restored;
    private volatile boolean said;
    private volatile Runnable listener = () -> {};

    public ArchivedEndpoints(Kit kit) {
        this.kit = kit;
    }

    /** Begins to keep both alike. */
    public void start() {
        restore();
        kit.loop().every(RETRY_MILLIS, () -> {
            restore();
            if (restored) {
                List.copyOf(behind).forEach(this::copySoon);
            }
        });
        kit.loop().every(kit.compare().toMillis(), () -> {
            if (restored && kit.quorum().getAsBoolean() && kit.mine().getAsBoolean()) {
                var unused = compare().exceptionally(passing -> {
                    LOG.debug("webhooks will be compared again", passing);
                    return null;
                });
            }
        });
    }

    private void restore() {
        if (restored || !kit.quorum().getAsBoolean()) {
            return;
        }
        var unused = kit.memory().restoreOnce(this::kept).handle((done, failure) -> {
            if (failure == null) {
                restored = true;
                listener.run();
            } else if (!said) {
                said = true;
                LOG.warn("webhooks are not back from the archive yet: {}", failure.toString());
            }
            return null;
        });
    }

    private CompletionStage<Collection<Endpoint>> kept() {
        return kept("", new ArrayList<>());
    }

    private CompletionStage<Collection<Endpoint>> kept(String after, List<Endpoint> found) {
        return kit.archive().tenants(kit.cluster(), after, PAGE).thenCompose(tenants -> {
            CompletionStage<?> read = CompletableFuture.completedStage(true);
            for (String tenant : tenants) {
                read = read.thenCompose(before -> kit.archive()
                        .webhooks(kit.cluster(), tenant)
                        .thenAccept(texts -> texts.forEach(
                                (id, text) -> readable(tenant, id, text).ifPresent(found::add))));
            }
            return read.thenCompose(all ->
                    tenants.size() < PAGE ? CompletableFuture.completedStage(found) : kept(tenants.getLast(), found));
        });
    }

    /** What can't be read is left where it is, until the tenant's webhooks change. */
    private static Optional<Endpoint> readable(String tenant, String id, String text) {
        try {
            Endpoint endpoint = EndpointJson.decode(text);
            if (endpoint.key().equals(tenant + "/" + id)) {
                return Optional.of(endpoint);
            }
        } catch (RuntimeException unreadable) {
            LOG.debug("not a webhook", unreadable);
        }
        LOG.error("webhook {}/{} in the archive can't be read", tenant, id);
        return Optional.empty();
    }

    private CompletionStage<Void> compare() {
        return kit.memory().all().thenCompose(all -> kit.archive()
                .tenants(kit.cluster(), "", Integer.MAX_VALUE)
                .thenCompose(known -> {
                    Set<String> tenants = new TreeSet<>(known);
                    all.forEach(endpoint -> tenants.add(endpoint.tenant()));
                    CompletionStage<Void> compared = CompletableFuture.completedStage(null);
                    for (String tenant : tenants) {
                        Map<String, String> here = texts(all, tenant);
                        compared = compared.thenCompose(before -> kit.archive()
                                .webhooks(kit.cluster(), tenant)
                                .thenCompose(there ->
                                        there.equals(here) ? CompletableFuture.completedStage(null) : copy(tenant)));
                    }
                    return compared;
                }));
    }

    private static Map<String, String> texts(Collection<Endpoint> all, String tenant) {
        return all.stream()
                .filter(endpoint -> endpoint.tenant().equals(tenant))
                .collect(Collectors.toMap(Endpoint::id, EndpointJson::encode, (one, other) -> one, HashMap::new));
    }

    /** Whoever drew a later number and was faster has read what is here too. */
    private CompletionStage<Void> copy(String tenant) {
        behind.add(tenant);
        if (!kit.quorum().getAsBoolean()) {
            return away("no majority");
        }
        return kit.archive()
                .number(kit.cluster(), tenant)
                .thenCompose(number -> {
                    // What changes from now on is copied by whoever changes it.
                    behind.remove(tenant);
                    return kit.memory().all().thenCompose(all -> kit.archive()
                            .put(kit.cluster(), tenant, number, texts(all, tenant), kit.sync()));
                })
                .handle((done, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    behind.add(tenant);
                    return CompletableFuture.<Void>failedFuture(failure);
                })
                .thenCompose(outcome -> outcome);
    }

    private void copySoon(String tenant) {
        var unused = copy(tenant).exceptionally(passing -> {
            LOG.debug("webhooks of {} will be archived later: {}", tenant, passing.toString());
            return null;
        });
    }

    private CompletionStage<Boolean> copied(String tenant, boolean changed) {
        if (!changed) {
            return CompletableFuture.completedStage(false);
        }
        if (kit.sync()) {
            return copy(tenant).thenApply(done -> true);
        }
        copySoon(tenant);
        return CompletableFuture.completedStage(true);
    }

    private static <T> CompletionStage<T> away(String why) {
        return CompletableFuture.failedStage(new ArchiveException(ArchiveException.Kind.AWAY, why));
    }

    private static <T> CompletionStage<T> notYet() {
        return away("webhooks are not back from the archive yet");
    }

    @Override
    public CompletionStage<Collection<Endpoint>> all() {
        return restored ? kit.memory().all() : notYet();
    }

    /** What was changed and could not be archived is archived first, for who asks again whether it was done. */
    @Override
    public CompletionStage<Optional<Endpoint>> get(String tenant, String id) {
        if (!restored) {
            return notYet();
        }
        return kit.sync() && behind.contains(tenant)
                ? copy(tenant).thenCompose(done -> kit.memory().get(tenant, id))
                : kit.memory().get(tenant, id);
    }

    @Override
    public CompletionStage<Boolean> add(Endpoint endpoint) {
        return restored ? kit.memory().add(endpoint).thenCompose(added -> copied(endpoint.tenant(), added)) : notYet();
    }

    @Override
    public CompletionStage<Boolean> replace(Endpoint before, Endpoint after) {
        return restored
                ? kit.memory().replace(before, after).thenCompose(replaced -> copied(after.tenant(), replaced))
                : notYet();
    }

    @Override
    public CompletionStage<Boolean> remove(String tenant, String id) {
        return restored ? kit.memory().remove(tenant, id).thenCompose(removed -> copied(tenant, removed)) : notYet();
    }

    @Override
    public CompletionStage<Void> restoreOnce(Kept kept) {
        return kit.memory().restoreOnce(kept);
    }

    @Override
    public void onChange(Runnable changed) {
        listener = changed;
        kit.memory().onChange(changed);
    }

    @Override
    public CompletionStage<String> agreeOnKey(String candidate) {
        return kit.memory().agreeOnKey(candidate);
    }
}
