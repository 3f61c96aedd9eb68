package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.lab.Project;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.memory.MemorySessionStore;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the archive gets of a long answer while it is said: for every so many tokens the bytes of a record, and of the snapshot that goes with it. The words are those of the
 * licence, cut into pieces of one length; each append has a few of them, as from a model.
 */
final class ArchivedAnswer {
    /** One stretch of the answer. */
    record Stretch(byte[] record, byte[] snapshot) {}

    private static final int TOKENS_PER_APPEND = 5;
    private static final long BEGINNING = 1_800_000_000_000L;
    private static final long APPEND_MILLIS = 100;
    private static final String TURN = "t1";

    private final SessionKey key = new SessionKey("bench", "answer");
    private final MemorySessionStore store = new MemorySessionStore(Limits.DEFAULT, () -> 1L << 60);
    private final String words = words();
    private final int tokenChars;
    private long at = BEGINNING;
    private long batches;
    private int said;

    private ArchivedAnswer(int tokenChars) {
        this.tokenChars = tokenChars;
    }

    static List<Stretch> of(int stretches, int tokens, int tokenChars) {
        return new ArchivedAnswer(tokenChars).say(stretches, tokens);
    }

    private List<Stretch> say(int count, int tokens) {
        done(store.create(key, Profile.ofModel("scripted:bench"), at));
        Command asked = new Command.Input(Payload.of("May I use this at work?"), Optional.empty());
        done(store.submit(new Envelope(key, CommandId.parse("c1"), 1, Origin.of(Actor.ANONYMOUS), at, 0, asked)));
        done(store.submit(
                Envelope.internal(key, at, 0, new Command.Claim(TURN, 0, 0, new Runner("n1", "one-start-of-it")))));
        List<Stretch> stretches = new ArrayList<>();
        long head = done(store.view(key)).head();
        for (int i = 0; i < count; i++) {
            for (int more = 0; more < tokens; more += TOKENS_PER_APPEND) {
                append();
            }
            var state = done(store.view(key));
            var slice = done(store.read(key, head, Integer.MAX_VALUE));
            stretches.add(new Stretch(
                    ArchiveCodec.record(slice.batches()),
                    ArchiveCodec.snapshot(new ArchiveCodec.Snapshot(state, state.head(), List.of()))));
            head = state.head();
        }
        return stretches;
    }

    private void append() {
        at += APPEND_MILLIS;
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < TOKENS_PER_APPEND; i++) {
            int from = said++ * tokenChars % (words.length() - tokenChars);
            pieces.add(words.substring(from, from + tokenChars));
        }
        Output text = new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(pieces));
        done(store.submit(Envelope.internal(key, at, 0, new Command.Produce(TURN, 1, ++batches, List.of(text)))));
    }

    private static String words() {
        try {
            return Files.readString(Project.top().resolve("LICENSE"))
                    .replaceAll("\\s+", " ")
                    .strip();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static <T> T done(CompletionStage<Outcome<T>> stage) {
        return switch (stage.toCompletableFuture().join()) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T> refused -> throw new IllegalStateException("the session refuses: " + refused);
        };
    }
}
