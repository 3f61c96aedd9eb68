package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.MemoryArchive;
import dev.sessionmesh.archive.Query;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** Real members with an archive, and one session. */
abstract class Sleepers {
    static final SessionKey KEY = new SessionKey("default", "s1");
    static final String NAME = KEY.toString();
    static final Duration NEVER = Duration.ofHours(1);
    static final Duration SOON = Duration.ofMillis(50);

    final MemoryArchive archive = new MemoryArchive();
    final List<ArchivedMember> members = new ArrayList<>();
    int clusters;
    long batchNo;

    @AfterEach
    void stopMembers() {
        archive.heal();
        killAll();
    }

    void startCluster(Duration idle, Mode mode) throws Exception {
        String cluster = "sleep-" + clusters++;
        // As far as the archive is concerned it is the same one.
        ArchiveSettings settings = hurried(mode, "mesh", idle);
        members.add(ArchivedMember.start(cluster, "a", archive, settings));
        members.add(ArchivedMember.start(cluster, "b", archive, settings, members.getFirst()));
    }

    static ArchiveSettings hurried(Mode mode, String cluster, Duration idle) {
        Duration moment = Duration.ofMillis(50);
        return new ArchiveSettings(
                mode, cluster, moment, idle, 75, NEVER, 1_000, false, Duration.ofSeconds(1), Duration.ofMillis(100));
    }

    void killAll() {
        members.forEach(ArchivedMember::close);
        members.clear();
    }

    static Query query(String user) {
        return new Query(
                "default", Optional.of(user), Optional.empty(), Map.of(), Optional.empty(), 0, Long.MAX_VALUE, "", 10);
    }

    void create() throws Exception {
        done(any().create(KEY, Profile.ofModel("scripted:test"), 1));
    }

    int claim() throws Exception {
        done(any().submit(Envelope.internal(KEY, 2, 0, new Command.Claim("t1", 0, 0, new Runner("a", "a1")))));
        batchNo = 0;
        return 1;
    }

    void talk(String turn, String... said) throws Exception {
        done(any().submit(input("c1", "hello")));
        int epoch = claim();
        for (String piece : said) {
            done(any().submit(produce(1, epoch, piece)));
        }
        done(any().submit(produceEnd(1, epoch)));
        assertEquals("t1", turn);
    }

    Envelope produce(int turn, int epoch, String text) {
        Output said = new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(text));
        return Envelope.internal(KEY, 3, 0, new Command.Produce("t" + turn, epoch, ++batchNo, List.of(said)));
    }

    Envelope produceEnd(int turn, int epoch) {
        return Envelope.internal(
                KEY,
                3,
                0,
                new Command.Produce(
                        "t" + turn,
                        epoch,
                        ++batchNo,
                        List.of(new Output.End(TurnStatus.COMPLETED, "", "", Usage.UNKNOWN))));
    }

    static Envelope input(String id, String text) {
        Command command = new Command.Input(Payload.of(text), Optional.empty());
        Origin ada = Origin.of(new Actor(Actor.Kind.PERSON, "ada"));
        return new Envelope(KEY, CommandId.parse(id), 1, ada, 2, 0, command);
    }

    SessionStore any() {
        return members.getLast().store;
    }

    boolean inMemory() {
        return members.stream().anyMatch(m -> m.holds(NAME));
    }

    void asleep() throws Exception {
        StoreMember.await(
                "asleep", () -> !inMemory() && mark().filter(Mark::asleep).isPresent());
    }

    Optional<Mark> mark() {
        return get(archive.mark(KEY));
    }

    long archived() {
        try {
            return mark().map(Mark::seq).orElse(0L);
        } catch (AssertionError away) {
            return 0;
        }
    }

    long head() {
        return members.stream()
                .flatMap(m -> m.member.local.get(NAME).stream())
                .mapToLong(SessionRecord::head)
                .max()
                .orElse(Long.MAX_VALUE);
    }

    List<EventBatch> log() throws Exception {
        return log(any());
    }

    static List<EventBatch> log(SessionStore store) throws Exception {
        return done(store.read(KEY, 0, 1 << 20)).batches();
    }

    static String text(List<EventBatch> log) {
        StringBuilder text = new StringBuilder();
        long next = log.getFirst().from();
        for (EventBatch batch : log) {
            assertEquals(next, batch.from(), "without holes");
            next = batch.to() + 1;
            for (Event event : batch.events()) {
                if (event instanceof Event.Tokens tokens) {
                    text.append(tokens.run().text());
                }
            }
        }
        return text.toString();
    }

    static <T> Outcome.Refused<?> refusal(CompletionStage<Outcome<T>> stage) {
        return assertInstanceOf(Outcome.Refused.class, get(stage));
    }

    static <T> T done(CompletionStage<Outcome<T>> stage) {
        Outcome<T> outcome = get(stage);
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome);
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
