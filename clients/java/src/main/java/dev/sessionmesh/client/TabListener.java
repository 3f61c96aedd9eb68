package dev.sessionmesh.client;

import java.net.URI;

/** What a tab tells its owner; called on the tab's Vert.x context, in order. */
public interface TabListener {

    /**
     * A frame of the followed session, or about the connection. {@link Frame.Logged} frames come gap-free and duplicate-free, from
     * the position asked for on; after an {@link Frame.Attached} that carries a snapshot they go on from {@code snapshot.seq + 1}.
     * Answers to commands are not delivered here but complete the command's future.
     */
    void frame(Frame frame);

    /** The tab follows through this node, for the first time or again. */
    default void following(URI node, Frame.Attached attached) {}

    /** The tab follows nothing for the moment and is on its way to another connection. */
    default void lost(String why) {}

    /** The server did what the protocol forbids (a gap, a duplicate, a malformed frame); the tab re-attaches by itself. */
    default void violation(String what) {}

    /** The tab is over for good: closed by its owner, or refused with a code that does not ask to come back. */
    default void ended(SessionmeshException why) {}
}
