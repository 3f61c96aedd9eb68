package dev.sessionmesh.chaos.sim;

/** Random numbers from a seed, the same on every machine (SplitMix64). */
final class Dice {
    private long state;

    Dice(long seed) {
        this.state = seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    }

    long next() {
        long z = state += 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** From 0 to {@code bound - 1}. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    /** From {@code low} to {@code high}, both included. */
    long between(long low, long high) {
        return low + Long.remainderUnsigned(next(), high - low + 1);
    }

    boolean chance(int percent) {
        return below(100) < percent;
    }

    /** Dice of their own for a part of the run, so that what happens there changes nothing elsewhere. */
    Dice fork() {
        return new Dice(next());
    }
}
