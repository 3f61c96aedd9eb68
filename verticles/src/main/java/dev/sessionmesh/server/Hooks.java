package dev.sessionmesh.server;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.access.WatchedFile;
import dev.sessionmesh.archive.ArchiveRoom;
import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.Cursors;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.custody.Seal;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.server.cli.ServeOptions;
import dev.sessionmesh.store.hazelcast.HazelcastCursors;
import dev.sessionmesh.store.hazelcast.HazelcastEndpoints;
import dev.sessionmesh.store.hazelcast.HazelcastHeads;
import dev.sessionmesh.store.hazelcast.HazelcastSessionStore;
import dev.sessionmesh.webhook.ArchivedEndpoints;
import dev.sessionmesh.webhook.CursorShelf;
import dev.sessionmesh.webhook.EndpointShelf;
import dev.sessionmesh.webhook.SessionLog;
import dev.sessionmesh.webhook.WatchedCursors;
import dev.sessionmesh.webhook.WebhookRoom;
import dev.sessionmesh.webhook.Webhooks;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Wires the room of webhooks to the cluster. */
final class Hooks {
    private static final long START_SECONDS = 60;
    private static final int TRIES = 5;
    private static final Duration COMPARED = Duration.ofSeconds(30);

    private final WebhookRoom room;

    private Hooks(WebhookRoom room) {
        this.room = room;
    }

    /**
     * Blocks until the cluster has agreed on a key, or the one that was given is read.
     *
     * @param sessions with those that sleep
     */
    static Hooks open(
            Grid grid,
            Loops loops,
            HazelcastSessionStore store,
            SessionStore sessions,
            Optional<ArchiveRoom> archive,
            InstantSource clock,
            ServeOptions.Hooks options,
            Executor blocking)
            throws Exception {
        HazelcastInstance hazelcast = grid.hazelcast;
        HazelcastCursors kept = new HazelcastCursors(hazelcast, blocking);
        Optional<WatchedCursors> watched = archive.map(room -> new WatchedCursors(kept, room::moved));
        HazelcastEndpoints memory = new HazelcastEndpoints(hazelcast, blocking);
        EndpointShelf shelf = archive.map(room -> archived(grid, loops, memory, room))
                .map(EndpointShelf.class::cast)
                .orElse(memory);
        WebhookRoom room = new WebhookRoom(new WebhookRoom.Kit(
                grid.vertx,
                loops,
                logs(store, store::compare),
                logs(sessions, store::compare),
                new HazelcastHeads(hazelcast, grid.local, grid.quorum::hasQuorum),
                watched.map(CursorShelf.class::cast).orElse(kept),
                shelf,
                incarnation(hazelcast.getCluster().getLocalMember()),
                () -> members(hazelcast),
                options.keyFile().isEmpty(),
                options.urls(),
                options.limits(),
                clock::millis,
                () -> ThreadLocalRandom.current().nextDouble(),
                blocking,
                grid.metrics));
        kept.onReplay((session, endpoint) -> {
            room.moved(session, endpoint);
            watched.ifPresent(cursors -> cursors.moved(session, endpoint));
        });
        if (options.keyFile().isPresent()) {
            WatchedFile.open(
                    grid.vertx, "--webhook-key-file", options.keyFile().get(), WebhookRoom::parseKeys, room::use);
        } else {
            room.agreed(agreed(memory, room.candidate()));
        }
        room.start();
        return new Hooks(room);
    }

    private static ArchivedEndpoints archived(Grid grid, Loops loops, EndpointShelf memory, ArchiveRoom room) {
        ArchivedEndpoints archived = new ArchivedEndpoints(new ArchivedEndpoints.Kit(
                memory,
                room.archive().webhooks(),
                room.settings().cluster(),
                room.settings().mode() == ArchiveSettings.Mode.SYNC,
                () -> grid.quorum.hasQuorum() && grid.losses.count() == 0,
                () -> grid.hazelcast
                        .getCluster()
                        .getLocalMember()
                        .equals(grid.hazelcast
                                .getPartitionService()
                                .getPartition("webhooks")
                                .getOwner()),
                COMPARED,
                loops.create()));
        archived.start();
        return archived;
    }

    private static SessionLog logs(SessionStore store, Function<SessionKey, CompletionStage<Outcome<Long>>> compare) {
        return new SessionLog() {
            @Override
            public CompletionStage<Outcome<SessionStore.Slice>> read(SessionKey key, long after, int maxBytes) {
                return store.read(key, after, maxBytes);
            }

            @Override
            public CompletionStage<Outcome<Long>> confirm(SessionKey key) {
                return compare.apply(key);
            }
        };
    }

    /** While partitions move, an uncertain write is a failed one. */
    private static String agreed(HazelcastEndpoints shelf, String candidate) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return shelf.agreeOnKey(candidate).toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException passing) {
                if (tries == TRIES) {
                    throw passing;
                }
            }
        }
    }

    private static Collection<String> members(HazelcastInstance hazelcast) {
        return hazelcast.getCluster().getMembers().stream()
                .map(Hooks::incarnation)
                .toList();
    }

    private static String incarnation(Member member) {
        return member.getUuid().toString();
    }

    Webhooks webhooks() {
        return room.webhooks();
    }

    /** What signs in the name of the cluster. */
    Seal seal() {
        return new Seal() {
            @Override
            public String document(String type, byte[] payload) {
                return room.keys().document(type, payload);
            }

            @Override
            public byte[] sign(byte[] message) {
                return room.keys().signature(message);
            }

            @Override
            public boolean isOurs(byte[] message, byte[] signature) {
                return room.keys().isOurs(message, signature);
            }
        };
    }

    /** Whether something of a session of this node is still to be delivered. */
    Future<Boolean> isBusy(SessionKey session) {
        return room.isBusy(session);
    }

    /** Where they stand, for whoever takes that to the archive and back. */
    Cursors cursors() {
        return room.cursors();
    }

    void retire() {
        room.retire();
    }
}
