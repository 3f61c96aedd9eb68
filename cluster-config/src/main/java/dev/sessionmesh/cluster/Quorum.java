package dev.sessionmesh.cluster;

/** May this side of the cluster write? Asked before every append, so the answer must cost next to nothing. */
public interface Quorum {
    boolean hasQuorum();

    /**
     * Whether a majority sees the same members as this node. While it doesn't, which after each change of the members is so for a moment, a
     * write waits.
     */
    boolean isSettled();
}
