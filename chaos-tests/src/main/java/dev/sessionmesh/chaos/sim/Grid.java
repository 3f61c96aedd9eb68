package dev.sessionmesh.chaos.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Stands in for Hazelcast: partitions with an owner and backups, members that learn of each other's end one after the other,
 * promotion, and copies that are brought up to date some time later. What is done to the copies is done by the production code's own
 * processors.
 */
final class Grid {
    static final int PARTITIONS = 4;

    final Timeline timeline;
    final Weather weather;
    final Trace trace;
    final Dice dice;
    final Wires wires;
    private final int backups;
    private final Map<Member, Fault> dying = new LinkedHashMap<>();
    private Consumer<Member> killer = member -> {};
    private Predicate<Member> mayDie = member -> false;
    private Observer observer = (owner, partition) -> {};
    private Table agreed = new Table(0, List.of(), Collections.nCopies(PARTITIONS, List.of()));

    interface Observer {
        void executed(Member owner, int partition);
    }

    Grid(Timeline timeline, Weather weather, Trace trace, Dice dice, int backups) {
        this.timeline = timeline;
        this.weather = weather;
        this.trace = trace;
        this.dice = dice;
        this.backups = backups;
        this.wires = new Wires(timeline, weather, dice.fork());
    }

    void observe(Observer watching) {
        observer = watching;
    }

    /** @param may whether a member may be killed now without breaking what makes the promises hold */
    void onDeath(Predicate<Member> may, Consumer<Member> kill) {
        mayDie = may;
        killer = kill;
    }

    static int partition(String key) {
        return Math.floorMod(key.hashCode(), PARTITIONS);
    }

    /** The truth, which members learn one after the other. */
    Table agreed() {
        return agreed;
    }

    CompletableFuture<Object> invoke(Member caller, String key, Op op) {
        return new Invocation(this, caller, partition(key), op).start();
    }

    void executed(Member owner, int partition) {
        observer.executed(owner, partition);
    }

    /** The copies that an owner tells of its changes. */
    List<Member> told(Member owner, int partition) {
        List<Member> told = new ArrayList<>(owner.view.backups(partition));
        owner.joining.getOrDefault(partition, List.of()).stream()
                .filter(member -> !told.contains(member))
                .forEach(told::add);
        return told;
    }

    // --- members
    // ------------------------------------------------------------------------------------------------------

    /** The members that a cluster begins with, and their share of the partitions. */
    void begin(List<Member> members) {
        List<List<Member>> replicas = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            List<Member> held = new ArrayList<>();
            for (int i = 0; i <= backups && i < members.size(); i++) {
                held.add(members.get((p + i) % members.size()));
            }
            replicas.add(held);
        }
        agreed = new Table(1, members, replicas);
        members.forEach(member -> member.view = agreed);
    }

    void join(Member member) {
        agreed = agreed.with(member);
        member.view = agreed;
        publish();
        rebalanceSoon();
    }

    /** The others have given a member up. */
    void remove(Member gone) {
        if (!agreed.members().contains(gone)) {
            return;
        }
        Table before = agreed;
        agreed = agreed.without(gone);
        trace.say(null, () -> gone + " is no longer a member");
        publish();
        for (int p = 0; p < PARTITIONS; p++) {
            int partition = p;
            boolean promoted = before.owner(p).filter(owner -> owner == gone).isPresent();
            agreed.owner(p).filter(owner -> promoted).ifPresent(owner -> agreed.backups(partition)
                    .forEach(copy -> timeline.in(
                            dice.between(50, 1_500) * Timeline.MILLI,
                            owner.machine,
                            () -> sync(owner, copy, partition))));
        }
        rebalanceSoon();
    }

    /** A zombie notices that nobody talks to it any more. */
    void aloneNow(Member zombie) {
        learn(zombie, zombie.view.alone(zombie));
    }

    /** What a member has that lived apart is given to those that own it, who make of both what is to be. */
    void merge(Member apart) {
        apart.copies.forEach((partition, copy) -> agreed.owner(partition)
                .filter(owner -> apart.view.owner(partition).equals(Optional.of(apart)))
                .ifPresent(owner -> {
                    copy.sessions.forEach((key, slot) -> handIn(owner, partition, Op.merge(key, slot)));
                    copy.chunks.forEach((key, chunk) ->
                            handIn(owner, partition, Op.plain(to -> to.chunks.putIfAbsent(key, chunk), true)));
                    copy.blobs.forEach((key, blob) ->
                            handIn(owner, partition, Op.plain(to -> to.blobs.putIfAbsent(key, blob), true)));
                }));
    }

    private void handIn(Member owner, int partition, Op op) {
        var unused = new Invocation(this, owner, partition, op).start();
    }

    void killed(Member member) {
        wires.killed(member, agreed.members());
        dying.remove(member);
    }

    private void publish() {
        Table news = agreed;
        news.members()
                .forEach(member -> timeline.in(dice.between(1, 25) * Timeline.MILLI, member.machine, () -> {
                    if (news.version() > member.view.version()) {
                        learn(member, news);
                    }
                }));
    }

    private void learn(Member member, Table news) {
        Table before = member.view;
        member.view = news;
        member.leaving.removeIf(
                p -> news.owner(p).filter(owner -> owner == member).isEmpty()
                        || !before.replicas().get(p).equals(news.replicas().get(p)));
        member.joining
                .values()
                .forEach(joining -> joining.removeIf(other -> !news.members().contains(other)));
        for (int p = 0; p < PARTITIONS; p++) {
            int partition = p;
            member.joining.getOrDefault(p, new ArrayList<>()).removeIf(other -> news.holds(other, partition));
            if (before.holds(member, p) && !news.holds(member, p)) {
                member.copies.remove(p);
            }
        }
        before.members().stream()
                .filter(other -> !news.members().contains(other))
                .forEach(gone -> {
                    List.copyOf(member.pending).forEach(invocation -> invocation.memberLeft(gone));
                    member.left.accept(gone);
                });
        member.migrationListeners.forEach(Runnable::run);
    }

    // --- copies
    // -------------------------------------------------------------------------------------------------------

    /** Hazelcast's anti-entropy: a copy that missed something is replaced some time later. */
    void syncLater(Member owner, Member copy, int partition) {
        timeline.in(dice.between(1_000, 5_000) * Timeline.MILLI, owner.machine, () -> sync(owner, copy, partition));
    }

    private void sync(Member owner, Member copy, int partition) {
        if (!owner.owns(partition) || !owner.view.backups(partition).contains(copy)) {
            return;
        }
        Member.Copy sent = owner.copy(partition).copied();
        wires.send(owner, copy, () -> {
            if (copy.view.owner(partition).filter(known -> known == owner).isPresent()) {
                copy.copies.put(partition, sent);
            }
        });
    }

    private void rebalanceSoon() {
        timeline.in(dice.between(50, 600) * Timeline.MILLI, null, this::rebalance);
    }

    private void rebalance() {
        if (replenish() || balance()) {
            rebalanceSoon();
        }
    }

    /** Partitions that lack copies get them; whether there were any. */
    private boolean replenish() {
        boolean lacking = false;
        int wanted = Math.min(backups + 1, agreed.members().size());
        for (int p = 0; p < PARTITIONS; p++) {
            int partition = p;
            List<Member> held = agreed.replicas().get(p);
            if (!held.isEmpty() && held.size() < wanted) {
                lacking = true;
                Member owner = held.getFirst();
                leastLoaded(p).filter(to -> owner.machine.isUp()).ifPresent(to -> give(owner, to, partition));
            }
        }
        return lacking;
    }

    /** A member that has come back gets its share, a step at a time: first a copy, then the partition. */
    private boolean balance() {
        for (int p = 0; p < PARTITIONS; p++) {
            List<Member> held = agreed.replicas().get(p);
            if (held.isEmpty() || !held.getFirst().machine.isUp()) {
                continue;
            }
            Member owner = held.getFirst();
            Optional<Member> heir = held.stream()
                    .skip(1)
                    .filter(member -> member.machine.isUp() && load(member, true) + 1 < load(owner, true))
                    .findFirst();
            if (heir.isPresent()) {
                handOver(owner, heir.get(), p);
                return true;
            }
            Optional<Member> idle = leastLoaded(p);
            if (idle.isPresent() && load(owner, true) > load(idle.get(), true) + 1) {
                give(owner, idle.get(), p);
                return true;
            }
        }
        return false;
    }

    private Optional<Member> leastLoaded(int partition) {
        return agreed.members().stream()
                .filter(member -> member.machine.isUp() && !agreed.holds(member, partition))
                .min(Comparator.comparingInt(member -> load(member, false)));
    }

    private int load(Member member, boolean owned) {
        int load = 0;
        for (List<Member> held : agreed.replicas()) {
            load += (owned ? !held.isEmpty() && held.getFirst() == member : held.contains(member)) ? 1 : 0;
        }
        return load;
    }

    /** Gives a member a copy: it is told of every change from the moment the copy is made, and counts when it has arrived. */
    private void give(Member owner, Member to, int partition) {
        if (!owner.owns(partition) || !owner.view.members().contains(to)) {
            return;
        }
        List<Member> joining = owner.joining.computeIfAbsent(partition, p -> new ArrayList<>());
        if (joining.contains(to)) {
            return;
        }
        joining.add(to);
        Member.Copy sent = owner.copy(partition).copied();
        wires.send(owner, to, () -> {
            to.copies.put(partition, sent);
            timeline.in(Timeline.MILLI, null, () -> given(owner, to, partition));
        });
        // A copy that never arrived is given once more.
        timeline.in(Timeline.SECOND, owner.machine, () -> {
            if (!owner.view.holds(to, partition)) {
                joining.remove(to);
            }
        });
    }

    private void given(Member owner, Member to, int partition) {
        List<Member> held = agreed.replicas().get(partition);
        boolean valid =
                !held.isEmpty() && held.getFirst() == owner && agreed.members().contains(to);
        if (!valid || held.contains(to)) {
            return;
        }
        List<Member> now = new ArrayList<>(held);
        now.add(to);
        if (now.size() > backups + 1) {
            // Somebody makes room, though never the owner.
            now.remove(now.size() - 2);
        }
        agreed = agreed.with(partition, now);
        publish();
    }

    /** Gives what a member owns to those that have copies of it. */
    void moveAway(Member owner) {
        for (int p = 0; p < PARTITIONS; p++) {
            int partition = p;
            if (owner.owns(p)) {
                owner.view.backups(p).stream()
                        .filter(heir -> heir.machine.isUp())
                        .findFirst()
                        .ifPresent(heir -> handOver(owner, heir, partition));
            }
        }
    }

    private void handOver(Member owner, Member heir, int partition) {
        if (!owner.owns(partition) || !owner.view.holds(heir, partition)) {
            return;
        }
        trace.say(owner.machine, () -> "hands partition " + partition + " over to " + heir);
        owner.leaving.add(partition);
        wires.send(owner, heir, () -> {
            List<Member> held = agreed.replicas().get(partition);
            boolean valid = owner.leaving.contains(partition)
                    && !held.isEmpty()
                    && held.getFirst() == owner
                    && held.contains(heir);
            if (valid) {
                List<Member> now = new ArrayList<>(held);
                now.remove(heir);
                now.addFirst(heir);
                agreed = agreed.with(partition, now);
                publish();
            }
        });
        timeline.in(Timeline.SECOND, owner.machine, () -> {
            if (agreed.owner(partition).filter(now -> now == owner).isPresent()) {
                owner.leaving.remove(partition);
            }
        });
    }

    // --- deaths in the middle of an append
    // ----------------------------------------------------------------------------

    /** The member's next change is its last act. */
    void arm(Member member, Fault fault) {
        dying.put(member, fault);
    }

    void disarm(Member member) {
        dying.remove(member);
    }

    Optional<Fault.Kind> diesNow(Member owner) {
        return Optional.ofNullable(dying.get(owner))
                .filter(fault -> mayDie.test(owner))
                .map(Fault::kind);
    }

    void die(Member owner) {
        killer.accept(owner);
    }
}
