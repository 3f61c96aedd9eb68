package dev.sessionmesh.routing;

import dev.sessionmesh.core.log.Lineage;

/**
 * What a subscription begins with.
 *
 * @param head the listener will be called from {@code head + 1} on; what is up to it is in the log
 */
public record FeedStart(Lineage lineage, long head) {}
