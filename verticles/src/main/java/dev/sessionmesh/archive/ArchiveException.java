package dev.sessionmesh.archive;

/** The archive could not do what it was asked; whether it did is not known. */
public final class ArchiveException extends Exception {
    private static final long serialVersionUID = 1;

    /** What to do about it. */
    public enum Kind {
        /** It does not answer. Passes, or an operator sees to it. */
        AWAY,
        /** It takes no writes: a replica, or one that lost its own copies. */
        READ_ONLY,
        /** Its memory is full. */
        FULL,
        /** It does not let us: credentials or permissions. */
        DENIED,
        /** What lies under our names is not ours, or not readable. */
        FOREIGN
    }

    private final Kind kind;

    public ArchiveException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
