package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What people say to a session: new inputs, old ones again, and words to a turn that runs. */
final class InputRules {
    private static final int OPEN_STEERS = 8;
    private static final int OPEN_STEERS_PER_SESSION = 16;
    /** An input that steers is kept in the state until it was heard. */
    private static final int STEERING_BYTES = 4_096;

    private static final int STEERING_BYTES_PER_SESSION = 8_192;

    private final Limits limits;

    InputRules(Limits limits) {
        this.limits = limits;
    }

    Decision input(Draft draft, Envelope envelope, Command.Input input) {
        Optional<Decision> spent = spent(draft.state());
        if (spent.isPresent()) {
            return spent.get();
        }
        InputPolicy policy = input.policy().orElse(draft.state().profile().inputPolicy());
        Actor actor = envelope.origin().actor();
        String id = envelope.id().text();
        Optional<Turn> running = draft.state().current();
        if (policy == InputPolicy.STEER && running.isPresent()) {
            if (full(draft.state())) {
                return queueFull();
            }
            return steer(draft, running.get(), input.text(), actor, id);
        }
        List<Turn> queue = draft.state().queue();
        if (policy == InputPolicy.MERGE && !queue.isEmpty()) {
            draft.emit(new Event.InputAccepted(
                    draft.nextUser(), id, queue.getLast().id(), input.text(), actor));
            return draft.accept();
        }
        Optional<Decision> refused = makeRoom(draft, policy, actor);
        if (refused.isPresent()) {
            return refused.get();
        }
        draft.ask(id, input.text(), actor, "", envelope.origin().trace());
        return draft.accept();
    }

    Decision redo(Draft draft, Envelope envelope, Command.Redo redo) {
        if (!Lookup.wasTurn(draft.state(), redo.turn())) {
            return Decision.refuse(ErrorCode.TURN_NOT_FOUND, "no such turn");
        }
        Optional<Decision> refused = spent(draft.state());
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<Turn> waiting = draft.state()
                .turn(redo.turn())
                .filter(Turn::queued)
                .filter(turn -> redo.policy() == InputPolicy.ENQUEUE);
        if (waiting.isPresent()) {
            return reword(draft, envelope, waiting.get(), redo.text());
        }
        Actor actor = envelope.origin().actor();
        String id = envelope.id().text();
        refused = makeRoom(draft, redo.policy(), actor);
        if (refused.isPresent()) {
            return refused.get();
        }
        String trace = envelope.origin().trace();
        if (redo.text().isPresent()) {
            draft.ask(id, redo.text().get(), actor, redo.turn(), trace);
        } else {
            draft.emit(new Event.TurnReceived(draft.nextTurn(), id, actor, redo.turn(), true, trace));
        }
        return draft.accept();
    }

    /** A turn that was not answered yet is asked anew: nobody wants an answer to both, and the new words wait where the old ones did. */
    private static Decision reword(Draft draft, Envelope envelope, Turn waiting, Optional<Payload> text) {
        if (text.isEmpty()) {
            return Decision.refuse(ErrorCode.WRONG_STATE, "turn " + waiting.id() + " was not answered yet");
        }
        Actor actor = envelope.origin().actor();
        int place = draft.state().queue().indexOf(waiting);
        draft.retract(waiting, actor, "replaced");
        draft.ask(
                envelope.id().text(),
                text.get(),
                actor,
                waiting.id(),
                envelope.origin().trace());
        List<String> order =
                new ArrayList<>(draft.state().queue().stream().map(Turn::id).toList());
        if (place < order.size() - 1) {
            order.add(place, order.removeLast());
            draft.emit(new Event.QueueReordered(order, actor));
        }
        return draft.accept();
    }

    Decision steer(Draft draft, Envelope envelope, Command.Steer steer) {
        Optional<Turn> found = Lookup.active(draft.state(), steer.turn());
        return found.isEmpty()
                ? Lookup.noTurn(draft.state(), steer.turn())
                : steer(
                        draft,
                        found.get(),
                        steer.instruction(),
                        envelope.origin().actor(),
                        "");
    }

    private static Decision steer(Draft draft, Turn turn, Payload text, Actor actor, String inputId) {
        if (!(text instanceof Payload.Inline(String words)) || utf8(words) > STEERING_BYTES) {
            return Decision.refuse(
                    ErrorCode.TOO_LARGE, "an input that steers has at most " + STEERING_BYTES + " bytes");
        }
        int kept = steers(draft.state()).mapToInt(steer -> utf8(steer.text())).sum();
        return kept + utf8(words) > STEERING_BYTES_PER_SESSION
                ? Decision.refuse(ErrorCode.QUEUE_FULL, "too much is waiting to be heard already")
                : steer(draft, turn, words, actor, inputId);
    }

    private static Decision steer(Draft draft, Turn turn, String instruction, Actor actor, String inputId) {
        if (turn.steers().size() >= OPEN_STEERS || steers(draft.state()).count() >= OPEN_STEERS_PER_SESSION) {
            return Decision.refuse(ErrorCode.QUEUE_FULL, turn.steers().size() + " instructions are waiting already");
        }
        String id = "s" + (draft.state().counters().steers() + 1);
        draft.emit(new Event.Steered(turn.id(), id, instruction, actor, inputId));
        return draft.accept();
    }

    /** Does to what runs and waits what the policy says; a refusal when the input may not come in. */
    private Optional<Decision> makeRoom(Draft draft, InputPolicy policy, Actor actor) {
        List<Turn> active = draft.state().turns().stream().filter(Turn::active).toList();
        if (active.isEmpty()) {
            return Optional.empty();
        }
        switch (policy) {
            case ENQUEUE, MERGE, STEER -> {
                if (full(draft.state())) {
                    return Optional.of(queueFull());
                }
            }
            case REJECT -> {
                return Optional.of(Decision.refuse(
                        ErrorCode.TURN_ACTIVE, "turn " + active.getFirst().id() + " is running"));
            }
            case INTERRUPT -> active.forEach(turn -> draft.cancel(turn, actor, "interrupted"));
            case ROLLBACK -> active.forEach(turn -> draft.retract(turn, actor, "rolled_back"));
            case LATEST -> draft.state().queue().forEach(turn -> draft.retract(turn, actor, "replaced"));
        }
        return Optional.empty();
    }

    /** An input that steers has a place in the queue from the beginning, as it comes back when nobody hears it. */
    private boolean full(State state) {
        long active = state.turns().stream().filter(Turn::active).count();
        long comingBack =
                steers(state).filter(steer -> !steer.inputId().isEmpty()).count();
        return active + comingBack > limits.turnsQueued();
    }

    private static Stream<Turn.Steering> steers(State state) {
        return state.turns().stream().flatMap(turn -> turn.steers().stream());
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private Decision queueFull() {
        return Decision.refuse(ErrorCode.QUEUE_FULL, limits.turnsQueued() + " turns are waiting already");
    }

    private static Optional<Decision> spent(State state) {
        Spent running = state.current().map(Turn::spent).orElse(Spent.NOTHING);
        return Spending.sessionUsedUp(state, running)
                .map(what -> Decision.refuse(ErrorCode.BUDGET_EXCEEDED, "the session has used up its " + what));
    }
}
