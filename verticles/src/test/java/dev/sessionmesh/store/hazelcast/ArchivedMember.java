package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveBus;
import dev.sessionmesh.archive.ArchiveRoom;
import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.Cursors;
import dev.sessionmesh.archive.Retention;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Session;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A member with an archive behind it. */
final class ArchivedMember implements AutoCloseable {
    /** Who answers, by incarnation. */
    private static final Map<String, Function<ArchiveBus.Question, CompletionStage<Outcome<Boolean>>>> ANSWERS =
            new ConcurrentHashMap<>();

    final StoreMember member;
    final ArchiveRoom room;
    final SessionStore store;
    final AtomicReference<Double> heapUsed = new AtomicReference<>(0.1);

    /** What is asked of webhooks, once there are some. */
    final AtomicReference<Function<SessionKey, CompletionStage<Boolean>>> wanted =
            new AtomicReference<>(session -> CompletableFuture.completedStage(false));

    final AtomicReference<Cursors> cursors = new AtomicReference<>(Cursors.NONE);

    private ArchivedMember(StoreMember member, Archive archive, ArchiveSettings settings, Retention retention) {
        this.member = member;
        String self = member.hazelcast.getCluster().getLocalMember().getUuid().toString();
        HazelcastMemory memory = new HazelcastMemory(
                member.hazelcast,
                member.maps,
                member.local,
                member.store,
                Limits.DEFAULT,
                member.quorum::get,
                () -> 0,
                ForkJoinPool.commonPool());
        room = new ArchiveRoom(new ArchiveRoom.Kit(
                archive,
                memory,
                new LocalBus(self),
                settings,
                new Session(Limits.DEFAULT),
                InstantSource.system(),
                ThreadLocalRandom.current()::nextLong,
                self,
                bucket -> memory.isMine("due/" + bucket),
                heapUsed::get,
                session -> wanted.get().apply(session),
                cursors::get));
        HazelcastRemains remains = new HazelcastRemains(member.hazelcast, member.maps, ForkJoinPool.commonPool());
        room.keep(() -> retention, remains::sweep);
        store = room.over(member.store);
    }

    static ArchivedMember start(
            String cluster, String name, Archive archive, ArchiveSettings settings, ArchivedMember... peers)
            throws IOException {
        return start(cluster, name, archive, settings, Retention.FOR_EVER, peers);
    }

    static ArchivedMember start(
            String cluster,
            String name,
            Archive archive,
            ArchiveSettings settings,
            Retention retention,
            ArchivedMember... peers)
            throws IOException {
        ArchivedMember member = prepare(cluster, name, archive, settings, retention, peers);
        member.room.start();
        return member;
    }

    /** Whose room is to be started by whoever has something to say in it. */
    static ArchivedMember prepare(
            String cluster,
            String name,
            Archive archive,
            ArchiveSettings settings,
            Retention retention,
            ArchivedMember... peers)
            throws IOException {
        StoreMember[] members = new StoreMember[peers.length];
        for (int i = 0; i < peers.length; i++) {
            members[i] = peers[i].member;
        }
        return new ArchivedMember(
                StoreMember.start(cluster, name, 1, Limits.DEFAULT, members), archive, settings, retention);
    }

    boolean holds(String key) {
        return member.local.get(key).isPresent();
    }

    /** As a killed process. */
    @Override
    public void close() {
        room.close();
        member.close();
    }

    private record LocalBus(String self) implements ArchiveBus {
        @Override
        public CompletionStage<Outcome<Boolean>> ask(String node, Question question) {
            @Nullable Function<Question, CompletionStage<Outcome<Boolean>>> there = ANSWERS.get(node);
            return there == null
                    ? CompletableFuture.failedStage(new IllegalStateException("nobody there"))
                    : there.apply(question);
        }

        @Override
        public CompletionStage<?> answer(Function<Question, CompletionStage<Outcome<Boolean>>> answers) {
            ANSWERS.put(self, answers);
            return CompletableFuture.completedStage(true);
        }
    }
}
