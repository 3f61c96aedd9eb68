package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes fewer batches of many: those that only continue the tokens of the one before lie with it in one, so that a thousand tokens cost one. Every
 * other event keeps the time it was shown with; tokens are shown without one.
 */
public final class Packing {
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

    private void add(EventBatch batch) {
        if (batch.events().size() != 1 || !(batch.events().getFirst() instanceof Event.Tokens tokens)) {
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
