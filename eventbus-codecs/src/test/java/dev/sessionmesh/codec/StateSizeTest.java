package dev.sessionmesh.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.CommandLedger;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Primary;
import dev.sessionmesh.core.session.RandomCommands;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A session's control state stays small whatever happens in it: it is what every copy holds and what travels when one moves. */
class StateSizeTest {
    private static final long SEED = Long.getLong("sessionmesh.seed", 20_260_101);
    private static final int STREAMS = 120;
    private static final int COMMANDS = 600;
    private static final int MOST_BYTES = 48 * 1_024;

    private int sent;

    @Test
    void random_people_do_not_blow_it_up() {
        int largest = 0;
        for (long seed = SEED; seed < SEED + STREAMS; seed++) {
            Primary primary = new Primary(Limits.DEFAULT, RandomCommands.profile(seed));
            RandomCommands commands = new RandomCommands(seed);
            for (int i = 0; i < COMMANDS; i++) {
                primary.submit(commands.next(primary.state()));
                largest = i % 20 == 0 ? Math.max(largest, StateCodec.encode(primary.state()).length) : largest;
            }
        }
        System.out.printf("largest state of random streams: %d bytes%n", largest);
        assertTrue(largest < MOST_BYTES, largest + " bytes");
    }

    /** Many calls that name many people, many delegates, and all instructions that may wait. */
    @Test
    void people_who_try_do_not_blow_it_up() {
        Primary primary = new Primary(Limits.DEFAULT);
        send(primary, new Command.Input(Payload.of("hello"), Optional.empty()));
        internal(primary, new Command.Claim("t1", 0, 0, Words.N1));
        for (int i = 0; i < 2 * Limits.DEFAULT.turnsQueued(); i++) {
            send(primary, new Command.Input(Payload.of("x".repeat(1_000)), Optional.of(InputPolicy.STEER)));
            send(primary, new Command.Input(Payload.of("more"), Optional.of(InputPolicy.ENQUEUE)));
        }
        List<String> crowd = IntStream.range(0, Limits.DEFAULT.approversPerCall())
                .mapToObj(i -> "user:" + i + "é".repeat(60))
                .toList();
        ApprovalTerms wordy =
                new ApprovalTerms("é".repeat(512), 16, crowd, false, 0, ApprovalTerms.OnExpiry.FAIL, 0, 9_000, crowd);
        List<Output> calls = new ArrayList<>(List.of(call(wordy), call(wordy)));
        while (calls.size() < Limits.DEFAULT.callsPending()) {
            calls.add(call(ApprovalTerms.DEFAULT));
        }
        internal(primary, new Command.Produce("t1", 1, 1, calls));
        assertEquals(
                Limits.DEFAULT.callsPending(), primary.state().openCalls("t1").size(), "all of them wait");
        for (int i = 0; i < calls.size() * Limits.DEFAULT.approversPerCall(); i++) {
            send(primary, new Command.Delegate("k" + (3 + i % 30), i + "é".repeat(60)));
        }
        State state = primary.state();
        int all = StateCodec.encode(state).length;
        int known = all - StateCodec.encode(state.withLedger(CommandLedger.EMPTY)).length;
        System.out.printf("largest state on purpose: %d bytes, %d of them known commands%n", all, known);
        assertTrue(all - known < MOST_BYTES, all + " bytes");
    }

    private static Output call(ApprovalTerms terms) {
        return new Output.Call(
                "pay",
                Payload.of("{}"),
                ToolSpec.Executor.SERVER,
                ToolCall.Recovery.REPORT,
                ToolSpec.Target.ANY,
                Optional.of(terms));
    }

    private static void internal(Primary primary, Command command) {
        primary.submit(Envelope.internal(Words.KEY, primary.now(), 0, command));
    }

    private void send(Primary primary, Command command) {
        CommandId id = CommandId.parse("x".repeat(100) + sent++);
        primary.submit(new Envelope(Words.KEY, id, sent, Origin.of(Words.BOB), primary.now(), 0, command));
    }
}
