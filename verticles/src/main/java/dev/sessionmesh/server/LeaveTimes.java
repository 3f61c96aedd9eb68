package dev.sessionmesh.server;

import dev.sessionmesh.cluster.ClusterSettings;
import dev.sessionmesh.cluster.Profile;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * How long each step of an orderly stop may take. Usually all of it is over in three seconds; whoever supervises the process has to give it
 * {@link #total}, or cuts off what the steps are for. The chart's grace period is computed from the same numbers, and a test compares them.
 *
 * @param clients until clients have gone elsewhere
 * @param copies until every copy of what the node holds is in place
 * @param farewell until the others know that it goes
 * @param copiesAgain the same copies once more, now that nothing is accepted any more
 * @param handover of what the copies could not take: Hazelcast's own orderly way out
 * @param loops until the last traces are sent, and the event loops have stopped
 */
public record LeaveTimes(
        Duration clients, Duration copies, Duration farewell, Duration copiesAgain, Duration handover, Duration loops) {
    private static final Duration STEP = Duration.ofSeconds(30);

    static LeaveTimes of(ClusterSettings settings) {
        return new LeaveTimes(STEP, STEP, STEP, STEP, settings.detection().leaveWait(), STEP);
    }

    /** Those of a node with this profile's defaults. */
    public static LeaveTimes usual() {
        return of(ClusterSettings.of(Profile.KUBERNETES, "any").build());
    }

    /** When it is over at the latest. */
    public Duration total() {
        return Stream.of(clients, copies, farewell, copiesAgain, handover, loops)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
