package dev.sessionmesh.chaos.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The nodes of a run, and what the plan does to them. */
final class Cluster {
    /** After which a silent member is thrown out. */
    private static final long PATIENCE = 5 * Timeline.SECOND;

    private final World world;
    private final List<SimNode> nodes = new ArrayList<>();
    private final Map<String, SimNode> byIncarnation = new HashMap<>();
    private final int[] starts;
    private int number;

    Cluster(World world) {
        this.world = world;
        this.starts = new int[world.size];
    }

    void begin() {
        List<Member> members = new ArrayList<>();
        for (int place = 0; place < world.size; place++) {
            members.add(member(place));
        }
        world.grid.begin(members);
        for (int place = 0; place < world.size; place++) {
            nodes.add(node(place, members.get(place)));
        }
    }

    int incarnations() {
        return number;
    }

    List<SimNode> nodes() {
        return nodes;
    }

    boolean isDead(String incarnation) {
        return Optional.ofNullable(byIncarnation.get(incarnation))
                .map(node -> node.machine.isDead())
                .orElse(false);
    }

    boolean isWhole() {
        Table table = world.grid.agreed();
        return nodes.stream()
                        .allMatch(
                                node -> isWell(node.machine) && table.members().contains(node.member))
                && table.replicas().stream().allMatch(held -> held.size() > world.scenario.backups());
    }

    private Member member(int place) {
        String name = "n" + (place + 1) + (starts[place] == 0 ? "" : "." + (starts[place] + 1));
        starts[place]++;
        Machine machine = new Machine(world.timeline, ++number, name);
        return new Member(new UUID(0x5e55_0000L, number), machine, world.grid.agreed());
    }

    private SimNode node(int place, Member member) {
        SimNode node = new SimNode(world, place, member.machine, member);
        byIncarnation.put(member.incarnation, node);
        return node;
    }

    private void restart(int place) {
        Member member = member(place);
        world.trace.say(member.machine, () -> "starts");
        world.grid.join(member);
        nodes.set(place, node(place, member));
    }

    void strike(Fault fault) {
        SimNode node = nodes.get(fault.node());
        switch (fault.kind()) {
            case CRASH -> {
                if (isSpared(node, fault)) {
                    return;
                }
                kill(node, fault.lasts());
            }
            case FREEZE -> {
                if (isSpared(node, fault)) {
                    return;
                }
                freeze(node, fault.lasts());
            }
            case CUT -> {
                if (isSpared(node, fault)) {
                    return;
                }
                cutOff(node, fault.lasts());
            }
            case DIE_BEFORE_COPIES, DIE_AFTER_ONE_COPY, DIE_BEFORE_ANSWER -> {
                world.grid.arm(node.member, fault);
                world.timeline.in(fault.lasts(), null, () -> world.grid.disarm(node.member));
            }
            case MOVE -> world.grid.moveAway(node.member);
            case BUS_DROP, BUS_TWICE, BUS_SLOW, COPY_LOST, CONFIRMATION_LOST, ANSWER_LOST, GRID_SLOW -> {}
        }
    }

    /** Faults stay within what is promised: no more nodes at once than there are backups, and the majority lives. */
    boolean mayDie(SimNode node) {
        Table table = world.grid.agreed();
        long up = nodes.stream()
                .filter(other -> other != node && isWell(other.machine))
                .count();
        boolean copied = table.replicas().stream()
                .allMatch(held -> held.stream().anyMatch(other -> other != node.member && isWell(other.machine)));
        return isWell(node.machine) && table.members().contains(node.member) && copied && up * 2 > world.size;
    }

    private static boolean isWell(Machine machine) {
        return machine.isUp() && !machine.isApart();
    }

    private boolean isSpared(SimNode node, Fault fault) {
        boolean spared = !mayDie(node);
        if (spared) {
            world.trace.say(node.machine, () -> "is spared: " + fault.kind().words());
        }
        return spared;
    }

    Optional<SimNode> of(Member member) {
        return nodes.stream().filter(node -> node.member == member).findFirst();
    }

    void kill(SimNode node, long restartAfter) {
        world.trace.say(node.machine, () -> "KILLED");
        world.referee.count("kills");
        node.machine.kill();
        world.grid.killed(node.member);
        world.referee.lost(node);
        world.tabsOn(node, tab -> tab.nodeDied(node));
        world.timeline.in(world.dice.between(80, 600) * Timeline.MILLI, null, () -> world.grid.remove(node.member));
        world.timeline.in(Timeline.SECOND + restartAfter, null, () -> restart(node.place));
    }

    private void freeze(SimNode node, long lasts) {
        world.trace.say(node.machine, () -> "FROZEN for " + lasts / Timeline.MILLI + " ms");
        world.referee.count("freezes");
        node.machine.freeze();
        long gone = PATIENCE + world.dice.between(0, 400) * Timeline.MILLI;
        if (lasts > gone) {
            world.timeline.in(gone, null, () -> {
                world.referee.lost(node);
                world.grid.remove(node.member);
            });
        }
        world.timeline.in(lasts, null, () -> {
            world.trace.say(node.machine, () -> "WAKES UP");
            node.machine.thaw();
            if (lasts > gone) {
                zombie(node);
            }
        });
    }

    /** It goes on as if nothing had happened, notices after a while that it is alone, and gives up. */
    private void zombie(SimNode node) {
        world.referee.count("zombies");
        long notices = world.dice.between(100, 2_000) * Timeline.MILLI;
        world.timeline.in(notices, node.machine, () -> {
            world.trace.say(node.machine, () -> "notices that it is alone");
            world.grid.aloneNow(node.member);
        });
        world.timeline.in(notices + 1_500 * Timeline.MILLI, null, () -> end(node));
    }

    /** It goes on beside the others; each side gives the other up after a while. When it reaches them again they are merged. */
    private void cutOff(SimNode node, long lasts) {
        world.trace.say(node.machine, () -> "CUT OFF for " + lasts / Timeline.MILLI + " ms");
        world.referee.count("cuts");
        node.machine.cutOff(world.timeline.now() + lasts);
        if (lasts < PATIENCE) {
            return;
        }
        world.timeline.in(PATIENCE + world.dice.between(0, 400) * Timeline.MILLI, null, () -> {
            world.referee.lost(node);
            world.grid.remove(node.member);
        });
        world.timeline.in(PATIENCE + world.dice.between(0, 400) * Timeline.MILLI, node.machine, () -> {
            world.trace.say(node.machine, () -> "believes to be alone");
            world.grid.aloneNow(node.member);
        });
        world.timeline.in(lasts + world.dice.between(300, 3_000) * Timeline.MILLI, node.machine, () -> merge(node));
    }

    /** The others take what it has, and it starts anew. */
    private void merge(SimNode node) {
        world.trace.say(node.machine, () -> "is merged");
        world.referee.count("merges");
        world.grid.merge(node.member);
        end(node);
    }

    private void end(SimNode node) {
        world.trace.say(node.machine, () -> "ends itself");
        node.machine.kill();
        world.tabsOn(node, tab -> tab.nodeDied(node));
        world.timeline.in(300 * Timeline.MILLI, null, () -> restart(node.place));
    }
}
