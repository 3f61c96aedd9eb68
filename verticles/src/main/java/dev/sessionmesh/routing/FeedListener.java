package dev.sessionmesh.routing;

/** Follows a session on one node. Called on the context it subscribed from, in order, without gap and without repetition. */
public interface FeedListener {
    void events(Delivery delivery);

    /** The turn's runner was lost; another will take over. */
    void recovering(String turn);

    /** Something that is not in the log; some of it may be lost. */
    default void signal(byte[] frame) {}

    /** The session is gone (deleted); nothing follows. */
    void ended();
}
