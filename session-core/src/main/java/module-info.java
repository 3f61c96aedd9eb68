/**
 * The pure heart of the mesh: a session as {@code decide} and {@code evolve}, its log and positions, and the ports through which
 * the rest of the world is reached. It requires nothing but the Java base, so that the compiler proves it pure.
 */
module dev.sessionmesh.core {
    requires static transitive org.jspecify;

    exports dev.sessionmesh.core;
    exports dev.sessionmesh.core.log;
    exports dev.sessionmesh.core.memory;
    exports dev.sessionmesh.core.port;
    exports dev.sessionmesh.core.presence;
    exports dev.sessionmesh.core.session;
}
