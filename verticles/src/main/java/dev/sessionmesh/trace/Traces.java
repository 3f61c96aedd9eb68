package dev.sessionmesh.trace;

import dev.sessionmesh.core.session.Turn;

/**
 * Told of each stage of the way from an input to the last word of its answer. The stages know each other by nothing but the
 * {@link Span#place} that travels with the command, lies in the session's turn, and goes out to models and tools; so a stage may be on
 * another node than the one before. May be called on any thread, and never blocks.
 */
public interface Traces {
    /** Nobody collects; nothing is made, and nothing travels. */
    Traces OFF = new Untraced();

    /** Whether anybody collects: what costs something to find out is not found out otherwise. */
    boolean on();

    /**
     * A client's command, from its arrival until it is answered.
     *
     * @param type such as {@code input}
     * @param about where the client stands in a trace of its own, if it said so
     */
    Span command(String type, About about);

    /** A command on its way to every copy; {@code about} has the command's place. */
    Span append(About about);

    /**
     * A run of a turn by this node, as part of the turn's trace. A run of a later epoch is linked to the one that it goes on for, whose node
     * may have had no time to tell of it.
     */
    Span turn(About about, Turn turn);

    /**
     * One run of a model.
     *
     * @param about has the place of the turn's run
     * @param provider such as {@code openai}
     */
    Span step(About about, String provider, String model);

    /** A call of a tool that the server runs; {@code about} has the place of the turn's run. */
    Span tool(About about, String tool, String callId);

    /**
     * Something was handed to the tabs of this node.
     *
     * @param about has the turn's place
     * @param part {@code first_token} or {@code end}
     * @param sinceNanos how long ago it came to this node
     */
    Span delivery(About about, String part, long sinceNanos);
}
