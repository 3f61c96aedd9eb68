package dev.sessionmesh.core.session;

import java.util.List;
import java.util.Random;

/** A seeded source of choices. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    /** From 0 to {@code sides - 1}. */
    int roll(int sides) {
        return random.nextInt(sides);
    }

    /** True once in so many times. */
    boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    long below(long bound) {
        return random.nextLong(bound);
    }

    /** Mostly what it is, sometimes one beside it. */
    int near(int value) {
        return once(12) ? Math.max(0, value + roll(3) - 1) : value;
    }

    <T> T pick(List<T> list) {
        return list.get(roll(list.size()));
    }

    @SafeVarargs
    final <T> T pick(T... values) {
        return values[roll(values.length)];
    }
}
