package dev.sessionmesh.server;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.console.Survey;
import dev.sessionmesh.gateway.http.ClusterView;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.Metrics;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which nodes there are, as this one sees it. */
final class Members {
    private volatile Set<String> present = Set.of();
    private volatile Set<String> others = Set.of();
    private volatile Consumer<String> left = incarnation -> {};
    private volatile @Nullable HazelcastInstance cluster;
    private final Counter joinedCount;
    private final Counter leftCount;

    Members(Metrics metrics) {
        joinedCount = metrics.counter("sessionmesh_member_changes_total", "change", "joined");
        leftCount = metrics.counter("sessionmesh_member_changes_total", "change", "left");
    }

    void watch(HazelcastInstance hazelcast) {
        cluster = hazelcast;
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                joinedCount.increment();
                refresh(hazelcast);
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                leftCount.increment();
                refresh(hazelcast);
                left.accept(event.getMember().getUuid().toString());
            }
        });
        refresh(hazelcast);
    }

    /** Told on Hazelcast's thread: hand over at once. */
    void onLeft(Consumer<String> listener) {
        left = listener;
    }

    /** Whether an incarnation is not among the members. */
    boolean isGone(String incarnation) {
        Set<String> now = present;
        return !now.isEmpty() && !now.contains(incarnation);
    }

    /** Incarnations of all members. */
    Set<String> all() {
        return present;
    }

    /** Incarnations of the members but this one. */
    Set<String> others() {
        return others;
    }

    /** How many there are, this one included. */
    int size() {
        return Math.max(1, present.size());
    }

    List<ClusterView.Node> nodes() {
        @Nullable HazelcastInstance hazelcast = cluster;
        return hazelcast == null
                ? List.of()
                : hazelcast.getCluster().getMembers().stream()
                        .map(Members::node)
                        .toList();
    }

    List<Survey.Member> listed() {
        @Nullable HazelcastInstance hazelcast = cluster;
        return hazelcast == null
                ? List.of()
                : hazelcast.getCluster().getMembers().stream()
                        .map(member -> new Survey.Member(
                                member.getUuid().toString(), attribute(member, MeshNames.ATTRIBUTE_NODE)))
                        .toList();
    }

    private static ClusterView.Node node(Member member) {
        return new ClusterView.Node(
                attribute(member, MeshNames.ATTRIBUTE_NODE),
                attribute(member, MeshNames.ATTRIBUTE_URL),
                member.localMember());
    }

    private static String attribute(Member member, String name) {
        @Nullable String value = member.getAttribute(name);
        return value == null ? "" : value;
    }

    private void refresh(HazelcastInstance hazelcast) {
        present = hazelcast.getCluster().getMembers().stream()
                .map(member -> member.getUuid().toString())
                .collect(Collectors.toUnmodifiableSet());
        others = hazelcast.getCluster().getMembers().stream()
                .filter(member -> !member.localMember())
                .map(member -> member.getUuid().toString())
                .collect(Collectors.toUnmodifiableSet());
    }
}
