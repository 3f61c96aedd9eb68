package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes fewer batches of many: those that only continue the tokens of the one before lie with it in one, so that a thousand tokens cost one. Every
 * other event keeps the time it was shown with; tokens are shown without one. Of what nobody will follow token by token any more, not even the tokens
 * need be told apart.
 */
public final class Packing {
    /** Of a folded run; what it holds is sent in one frame. */
    private static final int FOLDED_CHARS = 4_096;

    private final List<EventBatch> packed = new ArrayList<>();
    private final List<Event.Tokens> run = new ArrayList<>();
    private long from;
    private long at;

    private Packing() {}

    public static List<EventBatch> pack(List<EventBatch> batches) {
        Packing packing = new Packing();
        batches.forEach(packing::add);
        packing.finish();
        return packing.packed;
    }

    /** The same log, packed, without knowing where tokens began and ended. */
    public static List<EventBatch> fold(List<EventBatch> batches) {
        return pack(batches).stream()
                .map(batch -> new EventBatch(
                        batch.from(),
                        batch.at(),
                        batch.events().stream().flatMap(Packing::folded).toList()))
                .toList();
    }

    private static Stream<Event> folded(Event event) {
        if (!(event instanceof Event.Tokens tokens)
                || tokens.span() == 1
                || tokens.run().isFolded()) {
            return Stream.of(event);
        }
        TokenRun run = tokens.run();
        List<Event> parts = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= run.pieces(); to++) {
            int begin = from == 0 ? 0 : run.end(from - 1);
            if (to == run.pieces() || run.end(to) - begin > FOLDED_CHARS) {
                parts.add(tokens.cut(from, to).folded());
                from = to;
            }
        }
        return parts.stream();
    }

    private void add(EventBatch batch) {
        if (batch.events().size() != 1
                || !(batch.events().getFirst() instanceof Event.Tokens tokens)
                || tokens.run().isFolded()) {
            finish();
            packed.add(batch);
            return;
        }
        if (!run.isEmpty() && !run.getFirst().continuedBy(tokens)) {
            finish();
        }
        if (run.isEmpty()) {
            from = batch.from();
            at = batch.at();
        }
        run.add(tokens);
    }

    private void finish() {
        if (!run.isEmpty()) {
            packed.add(new EventBatch(from, at, List.of(Event.Tokens.join(run))));
            run.clear();
        }
    }
}
