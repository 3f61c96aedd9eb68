package dev.sessionmesh.archive;

/**
 * In whose name is written.
 *
 * @param cluster the cluster's name
 * @param hold the number under which the session is held
 * @param term how often operators had forced the membership: who wrote under fewer of them may have been left behind
 */
public record Holder(String cluster, long hold, long term) {}
