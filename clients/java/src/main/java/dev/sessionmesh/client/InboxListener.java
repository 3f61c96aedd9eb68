package dev.sessionmesh.client;

/** What a followed inbox tells its owner; called on the Vert.x context that it was opened on, in order. */
public interface InboxListener {

    /** All that waits: at first, whenever that has changed, and after a lost stream. */
    void changed(Inbox inbox);

    /** It could not be read, and is tried again; or, when the reason is not {@linkplain SessionmeshException#retryable retryable}, never again. */
    default void failed(SessionmeshException why) {}
}
