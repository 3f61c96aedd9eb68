package dev.sessionmesh.archive;

/**
 * How the archive is.
 *
 * @param origin lost with all that the archive has: another one means that it was emptied
 * @param description what it is and in which version, for people
 * @param replicas how many follow it
 * @param usedBytes of its memory; 0 when it does not say
 * @param maxBytes of its memory; 0 when there is no bound
 */
public record Health(String origin, String description, int replicas, long usedBytes, long maxBytes) {}
