package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import java.util.List;
import java.util.Optional;

/** What people say to a session: new inputs, old ones again, and words to a turn that runs. */
final class InputRules {
    private static final int OPEN_STEERS = 8;
    /** An input that steers is kept in the state until it was heard. */
    private static final int STEERING_CHARS = 4_096;

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
            return input.text() instanceof Payload.Inline(String text) && text.length() <= STEERING_CHARS
                    ? steer(draft, running.get(), text, actor, id)
                    : Decision.refuse(
                            ErrorCode.TOO_LARGE, "an input that steers has at most " + STEERING_CHARS + " characters");
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
        draft.ask(id, input.text(), actor, "");
        return draft.accept();
    }

    Decision redo(Draft draft, Envelope envelope, Command.Redo redo) {
        if (!Lookup.wasTurn(draft.state(), redo.turn())) {
            return Decision.refuse(ErrorCode.TURN_NOT_FOUND, "no such turn");
        }
        Optional<Decision> refused = spent(draft.state());
        if (refused.isEmpty()) {
            refused = makeRoom(draft, redo.policy(), envelope.origin().actor());
        }
        if (refused.isPresent()) {
            return refused.get();
        }
        Actor actor = envelope.origin().actor();
        String id = envelope.id().text();
        if (redo.text().isPresent()) {
            draft.ask(id, redo.text().get(), actor, redo.turn());
        } else {
            draft.emit(new Event.TurnReceived(draft.nextTurn(), id, actor, redo.turn(), true));
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

    private static Decision steer(Draft draft, Turn turn, String instruction, Actor actor, String inputId) {
        if (turn.steers().size() >= OPEN_STEERS) {
            return Decision.refuse(ErrorCode.QUEUE_FULL, OPEN_STEERS + " instructions are waiting already");
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
        List<Turn> active = state.turns().stream().filter(Turn::active).toList();
        long comingBack = active.stream()
                .flatMap(turn -> turn.steers().stream())
                .filter(steer -> !steer.inputId().isEmpty())
                .count();
        return active.size() + comingBack > limits.turnsQueued();
    }

    private Decision queueFull() {
        return Decision.refuse(ErrorCode.QUEUE_FULL, limits.turnsQueued() + " turns are waiting already");
    }

    private static Optional<Decision> spent(State state) {
        return Spending.usedUp(
                        state.profile().budget().session(), state.profile().budget(), state.spent())
                .map(what -> Decision.refuse(ErrorCode.BUDGET_EXCEEDED, "the session has used up its " + what));
    }
}
