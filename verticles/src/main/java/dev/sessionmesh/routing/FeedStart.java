package dev.sessionmesh.routing;

import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.log.Lineage;
import java.util.Map;
import java.util.Optional;

/**
 * What a subscription begins with.
 *
 * @param head the listener will be called from {@code head + 1} on; what is up to it is in the log
 * @param running the turn that is being run as of the head
 * @param traces where in a trace its active turns are, by turn; without those that nobody traces
 */
public record FeedStart(Lineage lineage, long head, Optional<Running> running, Map<String, String> traces) {
    public record Running(String turn, Runner runner) {}
}
