package dev.sessionmesh.cluster;

import dev.sessionmesh.cluster.agreement.View;

/** Called on the agreement's own thread: hand over, don't work. */
public interface QuorumListener {
    default void quorumChanged(boolean hasQuorum) {}

    default void viewChanged(View before, View after) {}

    /**
     * This node can't take part any more, such as when its state can't be written: it must not vote, so it never writes again. Best it
     * ends, so that others take over what it holds.
     */
    default void failed() {}

    /** Something an operator should see. */
    default void warned(String code, String text) {}
}
