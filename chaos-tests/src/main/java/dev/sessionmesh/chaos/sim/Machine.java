package dev.sessionmesh.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One process: it runs, it is frozen (and wakes up with all it was about to do), or it is dead. */
final class Machine {
    enum State {
        UP,
        FROZEN,
        DEAD
    }

    private final Timeline timeline;
    private final int number;
    private final String name;
    private final List<Timeline.Due> parked = new ArrayList<>();
    private State state = State.UP;
    private long apartUntil;
    private @Nullable SimLoop running;

    Machine(Timeline timeline, int number, String name) {
        this.timeline = timeline;
        this.number = number;
        this.name = name;
    }

    int number() {
        return number;
    }

    State state() {
        return state;
    }

    boolean isUp() {
        return state == State.UP;
    }

    boolean isDead() {
        return state == State.DEAD;
    }

    void park(Timeline.Due due) {
        parked.add(due);
    }

    void freeze() {
        state = State.FROZEN;
    }

    void thaw() {
        state = State.UP;
        parked.forEach(due -> timeline.in(0, this, due.work()));
        parked.clear();
    }

    /** Runs, and is cut off from the others. */
    void cutOff(long until) {
        apartUntil = until;
    }

    boolean isApart() {
        return timeline.now() < apartUntil;
    }

    /** When what it and another say to each other arrives again; now, if nothing is cut. */
    long reaches(Machine other) {
        return isApart() == other.isApart() ? timeline.now() : Math.max(apartUntil, other.apartUntil);
    }

    void kill() {
        state = State.DEAD;
        parked.clear();
    }

    void run(Runnable work) {
        running = null;
        work.run();
        running = null;
    }

    /** The loop on which the work at hand runs. */
    @Nullable
    SimLoop running() {
        return running;
    }

    void enter(SimLoop loop) {
        running = loop;
    }

    @Override
    public String toString() {
        return name;
    }
}
