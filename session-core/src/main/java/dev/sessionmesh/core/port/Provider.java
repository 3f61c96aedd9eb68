package dev.sessionmesh.core.port;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Usage;
import java.util.List;

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
     * @param tools what the model may call
     * @param turn the turn it is for; {@code conversation.itemsUpTo(turn)} is what the model may know
     * @param model the profile's model without the provider's name
     * @param resumed the text of the turn's last, unfinished assistant message; empty when the step starts afresh
     * @param trace what to send as {@code traceparent} to whoever is asked; empty: nothing
     */
    record Request(
            SessionKey key,
            Profile profile,
            List<ToolSpec> tools,
            String model,
            Conversation conversation,
            String turn,
            String resumed,
            String trace) {

        /** A step that nobody traces. */
        public Request(
                SessionKey key,
                Profile profile,
                List<ToolSpec> tools,
                String model,
                Conversation conversation,
                String turn,
                String resumed) {
            this(key, profile, tools, model, conversation, turn, resumed, "");
        }
    }

    /** Where a step's output goes. */
    interface Sink {
        /** One piece of text, as small as the model gives it. Empty pieces are ignored. */
        void piece(DeltaKind kind, String piece);

        /**
         * Calls a tool of the session's scope.
         *
         * @param arguments JSON text
         */
        void call(String tool, Payload arguments);

        /**
         * Calls a tool that the provider brings itself. If the session's scope has one of this name, what that demands holds too.
         *
         * @param arguments JSON text
         */
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

        /**
         * What was said can't be gone on with: the step begins anew, and what it said so far is superseded, visibly.
         *
         * @param code as in {@link Failed}, in case that it was begun anew too often
         */
        record Restart(String code, String reason) implements End {}

        /** @param code short and stable, such as {@code model_error}, {@code rate_limited}, {@code truncated} */
        record Failed(String code, String reason) implements End {}
    }
}
