package dev.sessionmesh.core.session;

import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Runner;
import java.util.List;
import java.util.Optional;

/** What somebody wants of a session. People's commands first, then those of runners and of the mesh itself. */
public sealed interface Command {
    /** @param policy overrides the session's own */
    record Input(Payload text, Optional<InputPolicy> policy) implements Command {}

    record Decide(String callId, boolean approve, String reason) implements Command {}

    /** @param turn empty: the running one */
    record Cancel(String turn) implements Command {}

    /** @param turn empty: the running one */
    record Steer(String turn, String instruction) implements Command {}

    record ToolResult(String callId, boolean ok, Payload result) implements Command {}

    /**
     * A runner takes a turn that nobody has, or whose runner is gone.
     *
     * @param expectedEpoch the epoch the claimer saw; another one means that somebody was faster
     * @param expectedBeat the renewal counter it saw standing still
     */
    record Claim(String turn, int expectedEpoch, long expectedBeat, Runner runner) implements Command {}

    /** @param batchNo 1, 2, 3 ... within the epoch; a repetition is answered like the first */
    record Produce(String turn, int runEpoch, long batchNo, List<Output> outputs) implements Command {
        public Produce {
            outputs = List.copyOf(outputs);
        }
    }

    record Renew(String turn, int runEpoch) implements Command {}

    /** What another side of a split may have done already is not done again: these calls, where still open, end in doubt. */
    record Doubt(List<String> calls) implements Command {
        public Doubt {
            calls = List.copyOf(calls);
        }
    }

    /** Ends whatever is past its deadline at the envelope's time. */
    record Expire() implements Command {}
}
