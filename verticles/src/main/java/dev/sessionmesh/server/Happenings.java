package dev.sessionmesh.server;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.cluster.QuorumListener;
import dev.sessionmesh.cluster.agreement.View;
import dev.sessionmesh.console.Chronicle;
import dev.sessionmesh.console.Chronicle.Kind;
import dev.sessionmesh.console.Console;
import org.jspecify.annotations.Nullable;

/** Writes down what befalls the membership, for the console's timeline. Told on others' threads, where it is quick. */
final class Happenings {
    private static final long LOOK_MILLIS = 250;

    private final String name;
    private final Grid grid;
    private final Chronicle chronicle;
    private final Console console;
    private long putAside;
    private int lost;

    private Happenings(String name, Grid grid, Chronicle chronicle, Console console) {
        this.name = name;
        this.grid = grid;
        this.chronicle = chronicle;
        this.console = console;
    }

    /** @param console tells the others what they can't see and this node may not live to say */
    static void watch(String name, Grid grid, Departure departure, Chronicle chronicle, Console console) {
        Happenings happenings = new Happenings(name, grid, chronicle, console);
        happenings.listen();
        departure.onStep(happenings::step);
        // Those that only count.
        grid.vertx.setPeriodic(LOOK_MILLIS, timer -> happenings.look());
    }

    private void listen() {
        Member self = grid.hazelcast.getCluster().getLocalMember();
        chronicle.note(Kind.STARTED, name, self.getUuid().toString(), "started");
        grid.hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                note(Kind.JOINED, event, "is a member now");
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                note(Kind.LEFT, event, "is no member any more");
            }
        });
        grid.hazelcast.getLifecycleService().addLifecycleListener(event -> {
            switch (event.getState()) {
                case MERGING -> chronicle.note(Kind.MERGING, name, "", "lost a split and joins the other side");
                case MERGED -> chronicle.note(Kind.MERGED, name, "", "is part of the other side, and starts anew");
                default -> {}
            }
        });
        grid.quorum.addListener(new QuorumListener() {
            @Override
            public void quorumChanged(boolean hasQuorum) {
                if (hasQuorum) {
                    chronicle.note(Kind.QUORUM_BACK, name, "", "sees the majority and takes writes");
                } else {
                    chronicle.note(Kind.QUORUM_LOST, name, "", "sees no majority and refuses writes");
                }
            }

            @Override
            public void viewChanged(View before, View after) {
                String mark = after.lineage() + " " + after.term() + " " + after.version();
                chronicle.note(Kind.VIEW, "", mark, after + " counts from now on");
            }

            @Override
            public void warned(String code, String text) {
                chronicle.note(Kind.WARNING, name, "", code + ": " + text);
            }
        });
    }

    private void note(Kind kind, MembershipEvent event, String text) {
        @Nullable String node = event.getMember().getAttribute(MeshNames.ATTRIBUTE_NODE);
        chronicle.note(
                kind, node == null ? "" : node, event.getMember().getUuid().toString(), text);
    }

    private void step(Departure.Phase next) {
        switch (next) {
            case SERVING -> console.tell(Kind.STAYED, "stays after all");
            case DRAINING -> console.tell(Kind.DRAINING, "takes no new clients and sends the others away");
            case LEAVING, LEFT -> console.tell(Kind.LEAVING, "leaves the cluster");
        }
    }

    private void look() {
        long aside = grid.lostAndFound.sessions();
        if (aside > putAside) {
            chronicle.note(
                    Kind.PUT_ASIDE,
                    name,
                    "",
                    "a merge put aside what " + (aside - putAside) + " sessions had accepted");
            putAside = aside;
        }
        int lostNow = grid.losses.count();
        if (lostNow != lost) {
            chronicle.note(
                    lostNow > lost ? Kind.PARTITIONS_LOST : Kind.PARTITIONS_BACK,
                    name,
                    "",
                    lostNow + " partitions are lost, " + lost + " were");
            lost = lostNow;
        }
    }
}
