package dev.sessionmesh.telemetry.trace;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.Sha256;
import dev.sessionmesh.core.session.Turn;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Gives out ids: random ones, except for runs of turns. Those follow from the turn and its epoch, so that a node that takes a turn over
 * knows the id of the run before without having been told of it: nothing has to be replicated for it, and nothing can be lost.
 */
final class Ids implements IdGenerator {
    private static final ScopedValue<Run> GIVEN = ScopedValue.newInstance();

    /**
     * @param trace for a turn that has no place in a trace: its node of entry collects none
     */
    record Run(String trace, String span) {
        static Run of(SessionKey key, Turn turn, int epoch) {
            String which = String.join(
                    "\n", turn.trace(), key.tenant(), key.id(), turn.id(), Long.toString(turn.receivedAt()));
            String trace = hash(which);
            String span = hash(which + "\n" + epoch);
            return new Run(trace.substring(0, TraceId.getLength()), span.substring(0, SpanId.getLength()));
        }

        private static String hash(String text) {
            return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private final IdGenerator random = IdGenerator.random();

    /** A span that is started within gets these ids. */
    static <T> T given(Run run, Supplier<T> starting) {
        return ScopedValue.where(GIVEN, run).call(starting::get);
    }

    @Override
    public String generateSpanId() {
        return GIVEN.isBound() ? GIVEN.get().span() : random.generateSpanId();
    }

    @Override
    public String generateTraceId() {
        return GIVEN.isBound() ? GIVEN.get().trace() : random.generateTraceId();
    }
}
