package dev.sessionmesh.cluster;

/** May this side of the cluster write? Asked before every append, so the answer must cost next to nothing. */
public interface Quorum {
    boolean hasQuorum();
}
