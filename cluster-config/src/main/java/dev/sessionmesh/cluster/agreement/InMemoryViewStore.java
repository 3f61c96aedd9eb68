package dev.sessionmesh.cluster.agreement;

/** Forgets with the process: for tests and for nodes that were given no state directory. */
public final class InMemoryViewStore implements ViewStore {
    private volatile Remembered remembered = Remembered.NOTHING;

    @Override
    public Remembered load() {
        return remembered;
    }

    @Override
    public void save(Remembered news) {
        remembered = news;
    }
}
