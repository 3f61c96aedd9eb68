package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.store.hazelcast.CopyView;
import dev.sessionmesh.store.hazelcast.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Watches from outside that nobody is promised anything that isn't so, and counts what is worth knowing. */
final class Referee {
    private static final long RUNNERLESS = 15 * Timeline.SECOND;
    private static final long CALM_LAG = 600 * Timeline.MILLI;

    /** A batch that somebody was told is safe. */
    record Acknowledged(SessionKey key, EventBatch batch, String by) {}

    /** Output that was accepted from a runner. */
    record Accepted(SessionKey key, String turn, int epoch, String incarnation, long from, long to) {}

    final List<Acknowledged> acknowledged = new ArrayList<>();
    final List<Accepted> accepted = new ArrayList<>();
    private final World world;
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<Long> takeoverMillis = new ArrayList<>();
    private final Map<SessionKey, Long> durableAt = new LinkedHashMap<>();
    private final Map<SessionKey, Long> shownAt = new HashMap<>();
    private final Map<SessionKey, Long> runnerless = new HashMap<>();
    private final Map<String, Long> lostAt = new HashMap<>();
    private final Map<SessionKey, Long> deletedAt = new HashMap<>();
    private final Map<String, Integer> epochs = new HashMap<>();
    private @Nullable String violation;

    Referee(World world) {
        this.world = world;
    }

    void broken(String what) {
        if (violation == null) {
            violation = what;
            world.trace.say(null, () -> "BROKEN: " + what);
        }
    }

    Optional<String> violation() {
        return Optional.ofNullable(violation);
    }

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void countAll(String what, long more) {
        counts.merge(what, more, Long::sum);
    }

    Map<String, Long> counts() {
        return counts;
    }

    List<Long> takeoverMillis() {
        return takeoverMillis;
    }

    void shown(SessionKey key, long from, long seq) {
        shownAt.merge(key, seq, Math::max);
    }

    /** A node is gone: from now on its turns wait for another. */
    void lost(SimNode node) {
        lostAt.put(node.member.incarnation, world.timeline.now());
    }

    void toldDeleted(SimTab tab) {
        if (!world.deleting.contains(tab.key)) {
            broken(tab + " is told that its session was deleted, which nobody asked for");
        }
    }

    void answered(SimTab tab, SimTab.Sent sent) {
        SessionStore.Appended first = sent.answers.getFirst();
        SessionStore.Appended latest = sent.answers.getLast();
        if (first.from() != latest.from() || first.to() != latest.to()) {
            broken(tab + " is told " + first.from() + "-" + first.to() + " and later " + latest.from() + "-"
                    + latest.to() + " for " + sent.id);
        }
    }

    // --- at every step
    // ------------------------------------------------------------------------------------------------

    /** The node's store, with an eye on what it answers. */
    SessionStore watching(SimNode node, SessionStore store) {
        return new WatchedStore(store, (envelope, sentAt, outcome) -> answered(node, envelope, sentAt, outcome), this);
    }

    private void answered(SimNode node, Envelope envelope, long sentAt, Outcome<SessionStore.Appended> outcome) {
        switch (outcome) {
            case Outcome.Refused<SessionStore.Appended> refused -> {
                if (refused.code() == ErrorCode.FENCED) {
                    count("fenced appends");
                }
                if (refused.code() == ErrorCode.INTERNAL) {
                    broken(node + " had an internal failure with " + envelope.command());
                }
            }
            case Outcome.Done<SessionStore.Appended>(SessionStore.Appended done) -> {
                if (done.duplicate()) {
                    count("repetitions answered");
                } else {
                    count("commands");
                }
                @Nullable Long deleted = deletedAt.get(envelope.key());
                if (deleted != null && deleted < sentAt) {
                    broken(node + " accepted " + envelope.command() + " for a deleted session");
                }
                if (!done.batch().events().isEmpty()) {
                    durable(node, envelope, done.batch());
                }
                follow(node, envelope, done);
            }
        }
    }

    private void durable(SimNode node, Envelope envelope, EventBatch batch) {
        SessionKey key = envelope.key();
        acknowledged.add(new Acknowledged(key, batch, node.toString()));
        world.trace.say(
                node.machine,
                () -> "is told that " + key.id() + " " + batch.from() + "-" + batch.to() + " is durable: "
                        + envelope.command());
        world.timeline.mix(batch.from() * 1_000_003 + batch.to());
        durableAt.putIfAbsent(key, world.timeline.now());
        int partition = Grid.partition(key.toString());
        for (Member member : world.grid.agreed().replicas().get(partition)) {
            @Nullable Slot slot = member.copy(partition).sessions.get(key.toString());
            boolean holds = !member.machine.isDead()
                    && slot != null
                    && CopyView.of(slot).map(copy -> copy.holds(batch)).orElse(true);
            if (!holds && !member.machine.isDead()) {
                broken(node + " is told that " + key.id() + " " + batch.from() + "-" + batch.to() + " is durable, and "
                        + member + " has no copy of it");
            }
        }
    }

    private void follow(SimNode node, Envelope envelope, SessionStore.Appended done) {
        if (envelope.command() instanceof Command.Produce produce && done.from() > 0) {
            accepted.add(new Accepted(
                    envelope.key(),
                    produce.turn(),
                    produce.runEpoch(),
                    node.member.incarnation,
                    done.from(),
                    done.to()));
        }
        if (done.duplicate()) {
            return;
        }
        for (Event event : done.batch().events()) {
            if (event instanceof Event.TurnClaimed claimed && claimed.takeover()) {
                count("takeovers");
                takeover(envelope.key(), claimed);
            }
        }
    }

    private void takeover(SessionKey key, Event.TurnClaimed claimed) {
        runnersBefore(key, claimed)
                .map(lostAt::get)
                .ifPresent(lost -> takeoverMillis.add((world.timeline.now() - lost) / Timeline.MILLI));
    }

    private Optional<String> runnersBefore(SessionKey key, Event.TurnClaimed claimed) {
        return acknowledged.reversed().stream()
                .filter(known -> known.key().equals(key))
                .flatMap(known -> known.batch().events().stream())
                .filter(Event.TurnClaimed.class::isInstance)
                .map(Event.TurnClaimed.class::cast)
                .filter(before -> before.turn().equals(claimed.turn()) && before.runEpoch() == claimed.runEpoch() - 1)
                .map(before -> before.runner().incarnation())
                .findFirst();
    }

    long now() {
        return world.timeline.now();
    }

    void deleted(SessionKey key) {
        deletedAt.putIfAbsent(key, world.timeline.now());
    }

    boolean isDeleted(SessionKey key) {
        return deletedAt.containsKey(key);
    }

    /** After every change of an owner's copy: epochs only grow. */
    void executed(Member owner, int partition) {
        for (Map.Entry<String, Slot> entry : owner.copy(partition).sessions.entrySet()) {
            CopyView.of(entry.getValue())
                    .flatMap(copy -> copy.state().current())
                    .ifPresent(turn -> {
                        String what = owner.id + entry.getKey() + turn.id();
                        @Nullable Integer before = epochs.put(what, turn.runEpoch());
                        if (before != null && before > turn.runEpoch()) {
                            broken("the epoch of " + entry.getKey() + " " + turn.id() + " went from " + before + " to "
                                    + turn.runEpoch() + " on " + owner);
                        }
                    });
        }
    }

    /** Now and then: nobody waits for ever, nothing grows without bound. */
    void look() {
        for (SessionKey key : world.sessions) {
            Optional<CopyView> truth = world.ownersCopy(key);
            truth.ifPresent(copy -> {
                waitsForRunner(key, copy);
                bounds(key, copy);
            });
            if (world.isCalm()) {
                lag(key);
            }
        }
    }

    private void waitsForRunner(SessionKey key, CopyView copy) {
        Optional<Turn> turn = copy.state().current();
        boolean waits = turn.isPresent()
                && !turn.get().status().waiting()
                && (turn.get().runner().equals(Runner.NONE)
                        || world.isDead(turn.get().runner().incarnation()));
        if (!waits) {
            runnerless.remove(key);
            return;
        }
        long since = runnerless.computeIfAbsent(key, k -> world.timeline.now());
        if (world.timeline.now() - since > RUNNERLESS) {
            broken("turn " + turn.get().id() + " of " + key.id() + " has had no runner for "
                    + RUNNERLESS / Timeline.SECOND + " s");
        }
    }

    private void bounds(SessionKey key, CopyView copy) {
        if (copy.tailBytes() > 2 * World.LIMITS.tailHardBytes()) {
            broken("the tail of " + key.id() + " has " + copy.tailBytes() + " bytes");
        }
        if (copy.subscribers() > world.incarnations()) {
            broken(key.id() + " has more subscribers than there were nodes");
        }
    }

    /** Without faults nothing waits for the once-a-second comparison. */
    private void lag(SessionKey key) {
        long newest = acknowledged.reversed().stream()
                .filter(known -> known.key().equals(key))
                .findFirst()
                .map(known -> known.batch().to())
                .orElse(0L);
        for (SimTab tab : world.tabsOf(key)) {
            if (!tab.isAttached() || tab.isSlow() || tab.last() >= newest) {
                behind.remove(tab);
                continue;
            }
            Behind before = behind.get(tab);
            if (before == null || tab.last() >= before.wants()) {
                behind.put(tab, new Behind(newest, world.timeline.now()));
            } else if (world.timeline.now() - before.since() > CALM_LAG) {
                broken(tab + " is at " + tab.last() + " and has waited for " + before.wants() + " for longer than "
                        + CALM_LAG / Timeline.MILLI + " ms, though nothing is wrong");
            }
        }
    }

    private final Map<SimTab, Behind> behind = new LinkedHashMap<>();

    private record Behind(long wants, long since) {}
}
