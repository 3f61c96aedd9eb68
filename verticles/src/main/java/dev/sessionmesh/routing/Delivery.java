package dev.sessionmesh.routing;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A batch on its way to the listeners of a node, and the place where its encoded form is kept so that it is made once. */
public final class Delivery {
    private final SessionKey key;
    private final EventBatch batch;
    private final long to;
    private final long sinceNanos;
    private volatile @Nullable Object encoded;

    /** Of events whose age nobody asks for. */
    public Delivery(SessionKey key, EventBatch batch) {
        this(key, batch, 0);
    }

    /** @param sinceNanos when it was on every copy, as far as this node knows; monotonic */
    public Delivery(SessionKey key, EventBatch batch, long sinceNanos) {
        this.sinceNanos = sinceNanos;
        this.key = key;
        this.batch = batch;
        this.to = batch.to();
    }

    /**
     * Fewer deliveries with the same events: neighbours of nothing but tokens become one while it has at most {@code maxChars}. A token
     * by itself drags a dozen objects along, in a run four bytes.
     */
    public static List<Delivery> packed(List<Delivery> deliveries, int maxChars) {
        List<Delivery> packed = new ArrayList<>();
        List<Event.Tokens> run = new ArrayList<>();
        int first = 0;
        int chars = 0;
        for (int i = 0; i < deliveries.size(); i++) {
            Delivery next = deliveries.get(i);
            boolean joins = !run.isEmpty()
                    && run.getLast().continuedBy(next.batch.events().getFirst());
            if (!joins || !next.isOneRun() || chars >= maxChars) {
                close(packed, deliveries.get(first), run);
                first = i;
                chars = 0;
            }
            if (next.isOneRun()) {
                Event.Tokens tokens = (Event.Tokens) next.batch.events().getFirst();
                run.add(tokens);
                chars += tokens.run().text().length();
            } else {
                packed.add(next);
            }
        }
        if (!deliveries.isEmpty()) {
            close(packed, deliveries.get(first), run);
        }
        return packed;
    }

    private static void close(List<Delivery> packed, Delivery first, List<Event.Tokens> run) {
        if (run.size() == 1) {
            packed.add(first);
        } else if (!run.isEmpty()) {
            EventBatch batch = new EventBatch(first.from(), first.batch.at(), List.of(Event.Tokens.join(run)));
            packed.add(new Delivery(first.key, batch, first.sinceNanos));
        }
        run.clear();
    }

    private boolean isOneRun() {
        return batch.events().size() == 1 && batch.events().getFirst() instanceof Event.Tokens;
    }

    public SessionKey key() {
        return key;
    }

    public EventBatch batch() {
        return batch;
    }

    public long sinceNanos() {
        return sinceNanos;
    }

    public long from() {
        return batch.from();
    }

    public long to() {
        return to;
    }

    /**
     * The node's one encoded form of this batch. Made by whoever asks first; two that ask at once may both make it, which is
     * harmless as both are equal.
     */
    public <T> T encoded(Class<T> form, Function<Delivery, T> encoder) {
        Object known = encoded;
        if (form.isInstance(known)) {
            return form.cast(known);
        }
        T made = encoder.apply(this);
        encoded = made;
        return made;
    }
}
