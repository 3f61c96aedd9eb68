package dev.sessionmesh.gateway;

/**
 * The way to one client, whatever carries it. All calls happen on the event loop that the client's connection belongs to.
 */
public interface TabChannel {
    /** Sends a frame. Allowed while not writable, for the few frames that answer commands; events wait until it is. */
    void send(WireFrame frame);

    /** Whether it takes more at once. Whoever carries the channel calls {@link Tab#pump} when it does again. */
    boolean writable();
}
