package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What people do with turns: cancel the one that runs, arrange those that wait, go back to an earlier branch. */
final class TurnRules {
    Decision cancel(Draft draft, Envelope envelope, Command.Cancel cancel) {
        Optional<Turn> found = Lookup.active(draft.state(), cancel.turn());
        if (found.isEmpty()) {
            return Lookup.noTurn(draft.state(), cancel.turn());
        }
        draft.cancel(found.get(), envelope.origin().actor(), "");
        return draft.accept();
    }

    Decision withdraw(Draft draft, Envelope envelope, Command.Withdraw withdraw) {
        Optional<Turn> found = draft.state().turn(withdraw.turn()).filter(Turn::active);
        if (found.isEmpty()) {
            return Lookup.noTurn(draft.state(), withdraw.turn());
        }
        if (!found.get().queued()) {
            return Decision.refuse(ErrorCode.TOO_LATE, "the turn runs already: cancel it");
        }
        draft.retract(found.get(), envelope.origin().actor(), "withdrawn");
        return draft.accept();
    }

    Decision reorder(Draft draft, Envelope envelope, Command.Reorder reorder) {
        List<String> order =
                new ArrayList<>(draft.state().queue().stream().map(Turn::id).toList());
        if (!order.remove(reorder.turn())) {
            return notWaiting(draft.state(), reorder.turn());
        }
        int place = reorder.before().isEmpty() ? order.size() : order.indexOf(reorder.before());
        if (place < 0) {
            return notWaiting(draft.state(), reorder.before());
        }
        order.add(place, reorder.turn());
        draft.emit(new Event.QueueReordered(order, envelope.origin().actor()));
        return draft.accept();
    }

    Decision select(Draft draft, Envelope envelope, Command.SelectBranch select) {
        State state = draft.state();
        if (!Lookup.wasTurn(state, select.turn())) {
            return Decision.refuse(ErrorCode.TURN_NOT_FOUND, "no such turn");
        }
        Optional<Turn> running = state.current();
        if (running.isPresent()) {
            return Decision.refuse(
                    ErrorCode.TURN_ACTIVE, "turn " + running.get().id() + " is running");
        }
        Actor by = envelope.origin().actor();
        draft.emit(new Event.BranchSelected(select.turn(), by));
        return draft.accept();
    }

    private static Decision notWaiting(State state, String turn) {
        return state.turn(turn).filter(Turn::active).isPresent()
                ? Decision.refuse(ErrorCode.TOO_LATE, "turn " + turn + " runs already")
                : Lookup.noTurn(state, turn);
    }
}
