package dev.sessionmesh.cluster.agreement;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * @param self this node's name
 * @param initialMembers how many nodes must be present before the first view is formed
 * @param holdDown how long a crashed member keeps its place, so that a restart does not change the view
 * @param lease whoever was not heard for this long is not counted, present or not: shorter than the cluster takes to notice
 *     a cut, and several ticks long
 * @param retry after this time a proposal's unanswered question is asked again
 * @param lineages ids for first views
 */
public record AgreementSettings(
        String self, int initialMembers, Duration holdDown, Duration lease, Duration retry, Supplier<String> lineages) {
    public AgreementSettings {
        if (initialMembers < 1 || initialMembers > View.NAMES_MAX) {
            throw new IllegalArgumentException(
                    "initialMembers must be 1 to " + View.NAMES_MAX + ", not " + initialMembers);
        }
        if (holdDown.isNegative() || !lease.isPositive() || !retry.isPositive()) {
            throw new IllegalArgumentException("holdDown must not be negative, lease and retry must be positive");
        }
    }
}
