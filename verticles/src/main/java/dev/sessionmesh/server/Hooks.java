package dev.sessionmesh.server;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.access.WatchedFile;
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
import dev.sessionmesh.webhook.SessionLog;
import dev.sessionmesh.webhook.WebhookRoom;
import dev.sessionmesh.webhook.Webhooks;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Wires the room of webhooks to the cluster. */
final class Hooks {
    private static final long START_SECONDS = 60;
    private static final int TRIES = 5;

    private final WebhookRoom room;

    private Hooks(WebhookRoom room) {
        this.room = room;
    }

    /** Blocks until the cluster has agreed on a key, or the one that was given is read. */
    static Hooks open(
            Grid grid,
            Loops loops,
            HazelcastSessionStore store,
            InstantSource clock,
            ServeOptions.Hooks options,
            Executor blocking)
            throws Exception {
        HazelcastInstance hazelcast = grid.hazelcast;
        HazelcastCursors cursors = new HazelcastCursors(hazelcast, blocking);
        HazelcastEndpoints shelf = new HazelcastEndpoints(hazelcast, blocking);
        WebhookRoom room = new WebhookRoom(new WebhookRoom.Kit(
                grid.vertx,
                loops,
                logs(store),
                new HazelcastHeads(hazelcast, grid.local, grid.quorum::hasQuorum),
                cursors,
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
        cursors.onReplay(room::moved);
        if (options.keyFile().isPresent()) {
            WatchedFile.open(
                    grid.vertx, "--webhook-key-file", options.keyFile().get(), WebhookRoom::parseKeys, room::use);
        } else {
            room.agreed(agreed(shelf, room.candidate()));
        }
        room.start();
        return new Hooks(room);
    }

    private static SessionLog logs(HazelcastSessionStore store) {
        return new SessionLog() {
            @Override
            public CompletionStage<Outcome<SessionStore.Slice>> read(SessionKey key, long after, int maxBytes) {
                return store.read(key, after, maxBytes);
            }

            @Override
            public CompletionStage<Outcome<Long>> confirm(SessionKey key) {
                return store.compare(key);
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

    void retire() {
        room.retire();
    }
}
