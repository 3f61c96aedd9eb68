package dev.sessionmesh.chaos.lab;

/** Where the nodes of a lab live. */
public enum Terrain {
    /** All on 127.0.0.1, told apart by their ports: works everywhere, and no link can be cut. */
    LOOPBACK,
    /** Each in a network namespace with an address of its own, on one bridge: links can be cut. Needs root. */
    NAMESPACES
}
