package dev.sessionmesh.server;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.gateway.http.ClusterView;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which nodes there are, as this one sees it. */
final class Members {
    private volatile Set<String> present = Set.of();
    private volatile Consumer<String> left = incarnation -> {};
    private volatile @Nullable HazelcastInstance cluster;

    void watch(HazelcastInstance hazelcast) {
        cluster = hazelcast;
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                refresh(hazelcast);
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
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

    List<ClusterView.Node> nodes() {
        @Nullable HazelcastInstance hazelcast = cluster;
        return hazelcast == null
                ? List.of()
                : hazelcast.getCluster().getMembers().stream()
                        .map(Members::node)
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
    }
}
