package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.Retention;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.Metrics;
import dev.sessionmesh.webhook.ArchivedEndpoints;
import dev.sessionmesh.webhook.SessionLog;
import dev.sessionmesh.webhook.StoredLog;
import dev.sessionmesh.webhook.UrlRules;
import dev.sessionmesh.webhook.WatchedCursors;
import dev.sessionmesh.webhook.WebhookLimits;
import dev.sessionmesh.webhook.WebhookRoom;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A member with an archive behind it that tells webhooks what happens. */
final class HookedMember implements AutoCloseable {
    private static final WebhookLimits USUAL = WebhookLimits.DEFAULT;
    /** Nobody remembers where a webhook stands but who is to. */
    private static final WebhookLimits FORGETFUL = new WebhookLimits(
            USUAL.endpointsPerTenant(),
            USUAL.urlChars(),
            USUAL.patterns(),
            USUAL.descriptionChars(),
            USUAL.inFlight(),
            USUAL.eventsPerPost(),
            USUAL.bodyBytes(),
            USUAL.scanBytes(),
            0,
            USUAL.gather(),
            USUAL.connectTimeout(),
            USUAL.answerTimeout(),
            USUAL.backOffFirst(),
            USUAL.backOffEndpoint(),
            USUAL.backOffSession(),
            USUAL.retryAfterMost(),
            USUAL.giveUp());

    final ArchivedMember archived;
    final WebhookRoom hooks;
    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

    private HookedMember(ArchivedMember archived, Archive archive, ArchiveSettings settings) {
        this.archived = archived;
        StoreMember member = archived.member;
        HazelcastCursors kept = new HazelcastCursors(member.hazelcast, blocking);
        WatchedCursors watched = new WatchedCursors(kept, archived.room::moved);
        VertxLoops loops = new VertxLoops(vertx);
        ArchivedEndpoints shelf = new ArchivedEndpoints(new ArchivedEndpoints.Kit(
                new HazelcastEndpoints(member.hazelcast, blocking),
                archive.webhooks(),
                settings.cluster(),
                settings.mode() == ArchiveSettings.Mode.SYNC,
                member.quorum::get,
                () -> member.owns("webhooks"),
                Duration.ofSeconds(1),
                loops.create()));
        shelf.start();
        hooks = new WebhookRoom(new WebhookRoom.Kit(
                vertx,
                loops,
                inMemory(member),
                new StoredLog(archived.store),
                new HazelcastHeads(member.hazelcast, member.local, member.quorum::get),
                watched,
                shelf,
                member.hazelcast.getCluster().getLocalMember().getUuid().toString(),
                () -> List.of(
                        member.hazelcast.getCluster().getLocalMember().getUuid().toString()),
                true,
                new UrlRules(true, true),
                FORGETFUL,
                System::currentTimeMillis,
                () -> 0.5,
                blocking,
                new Metrics(Catalogue.load())));
        kept.onReplay((session, endpoint) -> {
            hooks.moved(session, endpoint);
            watched.moved(session, endpoint);
        });
        archived.wanted.set(session -> hooks.isBusy(session).toCompletionStage());
        archived.cursors.set(hooks.cursors());
        hooks.start();
        archived.room.start();
    }

    private static SessionLog inMemory(StoreMember member) {
        return new SessionLog() {
            @Override
            public CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes) {
                return member.store.read(key, after, maxBytes);
            }

            @Override
            public CompletionStage<Outcome<Long>> confirm(SessionKey key) {
                return member.store.compare(key);
            }
        };
    }

    static HookedMember start(
            String cluster, String name, Archive archive, ArchiveSettings settings, HookedMember... peers)
            throws IOException {
        ArchivedMember[] others = new ArchivedMember[peers.length];
        for (int i = 0; i < peers.length; i++) {
            others[i] = peers[i].archived;
        }
        return new HookedMember(
                ArchivedMember.prepare(cluster, name, archive, settings, Retention.FOR_EVER, others),
                archive,
                settings);
    }

    /** Of all sessions, wherever they are. */
    int cursors() {
        return archived.member
                .hazelcast
                .getMap(dev.sessionmesh.cluster.MeshNames.WEBHOOK_CURSORS)
                .size();
    }

    /** As a killed process. */
    @Override
    public void close() {
        hooks.retire();
        archived.close();
        vertx.close();
        blocking.shutdownNow();
    }
}
