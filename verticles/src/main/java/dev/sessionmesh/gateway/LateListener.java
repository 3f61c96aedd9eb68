package dev.sessionmesh.gateway;

import dev.sessionmesh.routing.Delivery;
import dev.sessionmesh.routing.FeedListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands in for a feed until its start is known; nothing that arrives meanwhile is lost. */
final class LateListener implements FeedListener {
    private final List<Consumer<FeedListener>> early = new ArrayList<>();
    private @Nullable FeedListener real;

    void become(FeedListener listener) {
        real = listener;
        early.forEach(message -> message.accept(listener));
        early.clear();
    }

    @Override
    public void events(Delivery delivery) {
        tell(listener -> listener.events(delivery));
    }

    @Override
    public void recovering(String turn) {
        tell(listener -> listener.recovering(turn));
    }

    @Override
    public void signal(byte[] frame) {
        tell(listener -> listener.signal(frame));
    }

    @Override
    public void ended() {
        tell(FeedListener::ended);
    }

    private void tell(Consumer<FeedListener> message) {
        if (real == null) {
            early.add(message);
        } else {
            message.accept(real);
        }
    }
}
