package dev.sessionmesh.cluster.agreement;

import java.io.IOException;

/** Where a node keeps what it remembers of the agreement. */
public interface ViewStore {

    /**
     * @return {@link Remembered#NOTHING} when nothing was ever saved
     * @throws IOException when something was saved and cannot be read: starting as if it were not would forget a vote
     */
    Remembered load() throws IOException;

    /** Returns when the next {@link #load} would see it, even after a crash of the machine. */
    void save(Remembered remembered) throws IOException;
}
