package dev.sessionmesh.routing;

/** Follows a session on one node. Called on the context it subscribed from, in order, without gap and without repetition. */
public interface FeedListener {
    void events(Delivery delivery);

    /** The turn's runner was lost; another will take over. */
    void recovering(String turn);

    /** The session is gone (deleted); nothing follows. */
    void ended();
}
