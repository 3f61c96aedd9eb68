package dev.sessionmesh.routing;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A batch on its way to the listeners of a node, and the place where its encoded form is kept so that it is made once. */
public final class Delivery {
    private final SessionKey key;
    private final EventBatch batch;
    private final long to;
    private volatile @Nullable Object encoded;

    Delivery(SessionKey key, EventBatch batch) {
        this.key = key;
        this.batch = batch;
        this.to = batch.to();
    }

    public SessionKey key() {
        return key;
    }

    public EventBatch batch() {
        return batch;
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
