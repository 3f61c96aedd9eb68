package dev.sessionmesh.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.internal.cluster.impl.ClusterHeartbeatManager;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up whoever is silent for the heartbeat timeout, and together those that fell silent together. Hazelcast looks once a second: it gives a
 * member up as much as a second late, and finds of two members that one cut took away often one a second before the other. If that one was the
 * oldest, whoever takes the lead asks all who are left, the other lost one too, and waits five seconds for it whatever it learns meanwhile (a
 * constant in its {@code MembershipManager}). So this looks more often. Of several it suspects the youngest first, a moment before the time is up:
 * when the lead is claimed all who are gone are known.
 *
 * <p>Uses Hazelcast's {@link Internals}, as its public interface has no way to suspect anybody.
 */
public final class Suspicion implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Suspicion.class);
    private static final Duration TICK = Duration.ofMillis(100);

    private final ClusterServiceImpl cluster;
    private final ClusterHeartbeatManager heartbeats;
    private final Silences<Member> silences;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("mesh-suspicion").daemon().factory());

    private Suspicion(ClusterServiceImpl cluster, ClusterSettings.Detection detection) {
        this.cluster = cluster;
        this.heartbeats = cluster.getClusterHeartbeatManager();
        this.silences = new Silences<>(detection.heartbeatTimeout(), detection.heartbeatInterval(), TICK);
    }

    public static Suspicion start(HazelcastInstance hazelcast, ClusterSettings settings) {
        var suspicion = new Suspicion(Internals.of(hazelcast).node.getClusterService(), settings.detection());
        // look() keeps its own failures; nobody needs the future.
        var unused = suspicion.thread.scheduleWithFixedDelay(
                suspicion::look, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        return suspicion;
    }

    private void look() {
        try {
            for (var member : silences.due(System.nanoTime(), latest())) {
                cluster.suspectMember(member, "no heartbeat within the timeout", true);
            }
        } catch (RuntimeException stopping) {
            LOG.debug("could not look who is silent: {}", stopping.toString());
        }
    }

    private SequencedMap<Member, Long> latest() {
        var latest = new LinkedHashMap<Member, Long>();
        for (var member : cluster.getMembers()) {
            if (!member.localMember()) {
                latest.put(member, heartbeats.getLastHeartbeatTime(member));
            }
        }
        return latest;
    }

    @Override
    public void close() {
        thread.shutdown(); // without an interrupt, which Hazelcast's lock would meet
    }
}
