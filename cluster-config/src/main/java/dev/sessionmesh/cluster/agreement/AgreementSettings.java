package dev.sessionmesh.cluster.agreement;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * @param self this node's name
 * @param initialMembers how many nodes must be present before the first view is formed
 * @param holdDown how long a crashed member keeps its place, so that a restart does not change the view
 * @param retry after this time an unfinished proposal is tried again
 * @param lineages ids for first views
 */
public record AgreementSettings(
        String self, int initialMembers, Duration holdDown, Duration retry, Supplier<String> lineages) {
    public AgreementSettings {
        if (initialMembers < 1 || initialMembers > View.NAMES_MAX) {
            throw new IllegalArgumentException(
                    "initialMembers must be 1 to " + View.NAMES_MAX + ", not " + initialMembers);
        }
        if (holdDown.isNegative() || retry.isNegative() || retry.isZero()) {
            throw new IllegalArgumentException("holdDown and retry must not be negative, retry not zero");
        }
    }
}
