package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is too long to be in an event lies beside the log, under the name of its bytes. */
class LongPayloadsTest {
    private static final String LONG = "\"" + "é".repeat(Limits.DEFAULT.inlineBytes() / 2) + "\"";
    private static final Payload INLINE = new Payload.Inline(LONG);
    private static final Payload.Blob BLOB = Payload.Blob.of(LONG.getBytes(StandardCharsets.UTF_8));

    static Stream<Command> everywhere() {
        return Stream.of(
                new Command.Input(INLINE, Optional.empty()),
                new Command.Redo("t1", Optional.of(INLINE), InputPolicy.INTERRUPT),
                new Command.Decide(List.of("k1"), true, "", Optional.of(INLINE), "", false),
                new Command.ToolResult("k1", true, INLINE, "tab1"),
                new Command.Settle("k1", Command.Settle.Verdict.OK, INLINE),
                new Command.Produce("t1", 1, 1, List.of(new Output.CallRefused("a", INLINE, "no"))),
                new Command.Produce("t1", 1, 1, List.of(Words.text("a"), Words.finished("k1", LONG))));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void a_long_payload_is_referred_to(Command command) {
        LongPayloads taken = taken(command);
        assertEquals(List.of(BLOB), List.copyOf(taken.blobs().keySet()));
        assertArrayEquals(LONG.getBytes(StandardCharsets.UTF_8), taken.blobs().get(BLOB));
        assertEquals(
                List.of(), List.copyOf(taken(taken.envelope().command()).blobs().keySet()), "nothing is left to take");
    }

    @Test
    void the_hash_of_arguments_is_the_same_wherever_they_lie() {
        assertEquals(INLINE.hash(), BLOB.hash());
        Primary inline = deciding();
        Primary blob = deciding();
        Command edit = everywhere().toList().get(2);
        inline.submit(Act.of("c2", edit));
        blob.submit(Act.of("c2", taken(edit).envelope().command()));
        assertEquals(inline.state().audit(), blob.state().audit());
    }

    @Test
    void a_short_one_stays() {
        Envelope envelope = envelope(new Command.Input(Payload.of(LONG.substring(2)), Optional.empty()));
        var done = assertInstanceOf(Outcome.Done.class, LongPayloads.takenFrom(envelope, Limits.DEFAULT));
        assertSame(envelope, assertInstanceOf(LongPayloads.class, done.value()).envelope());
    }

    @Test
    void one_that_no_blob_may_be_is_refused() {
        Payload huge = new Payload.Inline("x".repeat(Limits.DEFAULT.blobBytes() + 1));
        Command edit = new Command.Decide(List.of("k1"), true, "", Optional.of(huge), "", false);
        var refused = assertInstanceOf(Outcome.Refused.class, LongPayloads.takenFrom(envelope(edit), Limits.DEFAULT));
        assertEquals(ErrorCode.TOO_LARGE, refused.code());
    }

    private static Primary deciding() {
        Primary primary = new Primary(Limits.DEFAULT);
        primary.submit(Words.input("c1", "hello"));
        primary.submit(Words.claim("t1", 0, 0, Words.N1));
        primary.submit(Words.produce("t1", 1, 1, Words.serverCallToApprove("pay")));
        return primary;
    }

    private static LongPayloads taken(Command command) {
        var done = assertInstanceOf(Outcome.Done.class, LongPayloads.takenFrom(envelope(command), Limits.DEFAULT));
        return assertInstanceOf(LongPayloads.class, done.value());
    }

    private static Envelope envelope(Command command) {
        return Envelope.internal(Words.KEY, Words.START, 0, command);
    }
}
