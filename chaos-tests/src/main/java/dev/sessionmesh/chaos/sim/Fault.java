package dev.sessionmesh.chaos.sim;

import java.util.Arrays;
import java.util.Locale;

/**
 * One fault that a seed has in store. Faults are decided before the run and do not depend on each other, so that any of them can be
 * left out.
 *
 * @param at when it begins, in microseconds
 * @param lasts how long, in microseconds
 * @param node which node, by its place
 * @param strength what the kind makes of it, mostly a percentage
 * @param seed of the dice for its own decisions
 */
record Fault(int number, Kind kind, long at, long lasts, int node, int strength, long seed) {
    enum Kind {
        /** The process dies, and a new one starts after the time. */
        CRASH("process killed"),
        /** The process stands still; beyond the failure detector's patience it is thrown out and wakes as a zombie. */
        FREEZE("process frozen"),
        /** The owner of a session dies right after it changed its own copy, before any other copy hears of it. */
        DIE_BEFORE_COPIES("process killed between its own change and the copies"),
        /** As before, but one copy has been told. */
        DIE_AFTER_ONE_COPY("process killed with one copy told"),
        /** As before, but every copy has been told; only the answer is lost. */
        DIE_BEFORE_ANSWER("process killed before its answer"),
        /** The process runs on and reaches none of the others; beyond the failure detector's patience both sides go on, and are merged. */
        CUT("node cut off"),
        /** The sessions of a node move to others while their turns go on where they are. */
        MOVE("partitions move to other nodes"),
        BUS_DROP("bus loses messages"),
        BUS_TWICE("bus delivers twice"),
        BUS_SLOW("bus delays and reorders"),
        /** Changes on their way to the copies are lost. */
        COPY_LOST("changes are lost on their way to copies"),
        /** Copies change, but what says so is lost. */
        CONFIRMATION_LOST("confirmations of copies are lost"),
        /** The owner's answers are lost. */
        ANSWER_LOST("answers of owners are lost"),
        GRID_SLOW("slow between the members");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        static Kind[] allBut(Kind one) {
            return Arrays.stream(values()).filter(kind -> kind != one).toArray(Kind[]::new);
        }
    }

    boolean isActive(long now) {
        return now >= at && now < at + lasts;
    }

    long ends() {
        return at + lasts;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "#%d at %.3f s for %.3f s: %s (%s)",
                number,
                at / 1e6,
                lasts / 1e6,
                kind.words,
                node >= 0 ? "node " + (node + 1) : strength + "%");
    }
}
