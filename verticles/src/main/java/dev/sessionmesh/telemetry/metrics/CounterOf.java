package dev.sessionmesh.telemetry.metrics;

import java.util.List;

/** A counter for each constant of an enum, found without a look-up. */
public final class CounterOf<E extends Enum<E>> {
    private final List<Counter> byOrdinal;

    CounterOf(List<Counter> byOrdinal) {
        this.byOrdinal = List.copyOf(byOrdinal);
    }

    public void increment(E which) {
        of(which).increment();
    }

    public Counter of(E which) {
        return byOrdinal.get(which.ordinal());
    }
}
