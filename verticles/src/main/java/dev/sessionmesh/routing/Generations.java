package dev.sessionmesh.routing;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers the node's declarations of interest, so that a late withdrawal can't remove a newer declaration. */
final class Generations {
    private final AtomicLong last = new AtomicLong();

    long next() {
        return last.incrementAndGet();
    }
}
