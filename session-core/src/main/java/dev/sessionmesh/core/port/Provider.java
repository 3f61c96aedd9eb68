package dev.sessionmesh.core.port;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Usage;

/**
 * A source of model output. A turn is a sequence of steps; a step is one run of the model over the conversation so far. It ends by
 * stopping (the turn is over), by calling tools (the next step follows when their results are in the conversation), or by failing.
 *
 * <p>All calls, in both directions, happen on the event loop that called {@link #start}. A provider keeps nothing between steps: after
 * a takeover another node starts the step anew from the conversation, whose last assistant message may then be partial
 * ({@link Request#resumed}); the provider goes on from exactly where that text ends.
 */
public interface Provider {
    /** Begins a step. Output may come at once, even before this returns. */
    Step start(Request request, Sink sink);

    /** A running step. */
    interface Step {
        /** Asks for silence: the mesh is behind. A little more may still come. */
        void pause();

        void resume();

        /** Stops for good; nothing is delivered after it. */
        void cancel();
    }

    /**
     * @param turn the turn it is for; {@code conversation.items(turn)} are its items, later turns are not the model's business yet
     * @param model the profile's model without the provider's name
     * @param resumed the text of the turn's last, unfinished assistant message; empty when the step starts afresh
     */
    record Request(
            SessionKey key, Profile profile, String model, Conversation conversation, String turn, String resumed) {}

    /** Where a step's output goes. */
    interface Sink {
        /** One piece of text, as small as the model gives it. Empty pieces are ignored. */
        void piece(DeltaKind kind, String piece);

        /** @param arguments JSON text */
        void call(String tool, Payload arguments, Executor executor, boolean approval);

        /** A steering instruction was taken into account. */
        void steered(String steerId);

        void end(End end);
    }

    sealed interface End {
        /** The answer is complete. */
        record Stop(Usage usage) implements End {}

        /** Go on with another step when every call has its result. */
        record Continue(Usage usage) implements End {}

        /** @param code short and stable, such as {@code model_error}, {@code rate_limited}, {@code truncated} */
        record Failed(String code, String reason) implements End {}
    }
}
