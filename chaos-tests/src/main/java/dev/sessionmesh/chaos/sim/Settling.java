package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.store.hazelcast.CopyView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a run has come to rest; meanwhile sees to it that people answer what waits for them. */
final class Settling {
    private static final long PEOPLE_ANSWER = Timeline.SECOND;
    private final World world;
    private final Map<String, Long> asked = new HashMap<>();

    Settling(World world) {
        this.world = world;
    }

    /** What is not at rest yet. */
    Optional<String> restless() {
        if (!world.cluster.isWhole()) {
            return Optional.of("the cluster is not whole");
        }
        for (SessionKey key : world.sessions) {
            if (world.referee.isDeleted(key)) {
                continue;
            }
            if (world.deleting.contains(key)) {
                return Optional.of(key.id() + " is not deleted");
            }
            Optional<CopyView> copy = world.ownersCopy(key);
            if (copy.isEmpty()) {
                return Optional.of(key.id() + " is not there");
            }
            Optional<Turn> turn = copy.get().state().current();
            if (turn.isPresent()) {
                answerCalls(key, copy.get());
                return Optional.of(key.id() + " runs " + turn.get());
            }
            Optional<String> differs = differs(key, copy.get());
            if (differs.isPresent()) {
                return differs;
            }
        }
        return world.tabs.stream().flatMap(tab -> restless(tab).stream()).findFirst();
    }

    private Optional<String> restless(SimTab tab) {
        if (world.referee.isDeleted(tab.key)) {
            return tab.isEnded() ? Optional.empty() : Optional.of(tab + " is not told that its session is deleted");
        }
        if (!tab.isAttached()) {
            return Optional.of(tab + " is not attached");
        }
        if (!tab.isSettled()) {
            return Optional.of(tab + " waits for an answer");
        }
        long head = world.ownersCopy(tab.key).map(CopyView::head).orElse(0L);
        return tab.last() == head ? Optional.empty() : Optional.of(tab + " is at " + tab.last() + " of " + head);
    }

    private Optional<String> differs(SessionKey key, CopyView truth) {
        List<Member> held = world.grid.agreed().replicas().get(Grid.partition(key.toString()));
        for (Member member : held) {
            Optional<CopyView> copy = world.view(member, key);
            boolean same = copy.isPresent()
                    && copy.get().head() == truth.head()
                    && copy.get().hash() == truth.hash();
            if (!same) {
                return Optional.of("the copy of " + key.id() + " on " + member + " is at "
                        + copy.map(CopyView::head).orElse(-1L) + ", the owner's at " + truth.head());
            }
        }
        return Optional.empty();
    }

    private void answerCalls(SessionKey key, CopyView copy) {
        for (ToolCall call : copy.state().calls()) {
            if (call.open() && call.waitsForPeople()) {
                String what = key.id() + call.id();
                long since = asked.computeIfAbsent(what, w -> world.timeline.now());
                if (world.timeline.now() - since > PEOPLE_ANSWER) {
                    asked.put(what, world.timeline.now());
                    world.tabsOf(key).stream()
                            .filter(SimTab::isAttached)
                            .findFirst()
                            .ifPresent(tab ->
                                    tab.answerCall(call.id(), call.status() == ToolCall.Status.AWAITING_APPROVAL));
                }
            }
        }
    }
}
