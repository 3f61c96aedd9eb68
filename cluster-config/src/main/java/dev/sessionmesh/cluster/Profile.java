package dev.sessionmesh.cluster;

/** Where a node runs; decides the defaults of {@link ClusterSettings}. */
public enum Profile {
    /** One machine, loopback only. */
    DEV,
    /** Nodes that know each other's addresses. */
    LAN,
    /** Nodes that find each other through a headless service's DNS name. */
    KUBERNETES
}
