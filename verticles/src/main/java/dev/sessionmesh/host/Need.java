package dev.sessionmesh.host;

/** Why a turn that had a runner needs another one. */
enum Need {
    /** The runner's node left. */
    GONE,
    /** The runner has said nothing for a whole lease. */
    LEASE,
    /** The runner was here, and is no more. */
    LOST
}
