/**
 * How nodes find and trust each other: settings, the Hazelcast configuration made from them, the checks before start,
 * and what a node knows about the cluster while it runs (quorum, lost partitions, replicas).
 */
@NullMarked
package dev.sessionmesh.cluster;

import org.jspecify.annotations.NullMarked;
