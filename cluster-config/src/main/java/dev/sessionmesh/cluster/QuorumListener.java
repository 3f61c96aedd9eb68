package dev.sessionmesh.cluster;

import dev.sessionmesh.cluster.agreement.View;

/** Called on the agreement's own thread: hand over, don't work. */
public interface QuorumListener {
    default void quorumChanged(boolean hasQuorum) {}

    default void viewChanged(View before, View after) {}

    /** Something an operator should see. */
    default void warned(String code, String text) {}
}
