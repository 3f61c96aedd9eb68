package dev.sessionmesh.archive;

/** What became of a write. */
public sealed interface Verdict {
    /** @param mark where the log ends now */
    record Written(Mark mark) implements Verdict {}

    /**
     * The archive ends elsewhere than the writer thought: it lost something, has it already, or has something else.
     *
     * @param mark where it ends; {@link Mark#NONE} where it knows no such session
     */
    record Elsewhere(Mark mark) implements Verdict {}

    /** Somebody else holds the session, or held it in a later term. */
    record Fenced(Mark mark) implements Verdict {}

    /** The session was deleted. */
    record Gone() implements Verdict {}
}
