package dev.sessionmesh.server.cli;

/** What {@code mesh serve} calls with everything it was told. */
@FunctionalInterface
public interface NodeStarter {
    /**
     * Starts one node and returns when it serves; the node then lives on threads of its own until the process is told to stop.
     *
     * @throws Exception when the node could not start; its message is shown, and the process ends with 1
     */
    void start(ServeOptions options) throws Exception;
}
