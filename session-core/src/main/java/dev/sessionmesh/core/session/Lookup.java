package dev.sessionmesh.core.session;

import dev.sessionmesh.core.ErrorCode;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds what a command names, and says why it can't be found. */
final class Lookup {
    private Lookup() {}

    /** @param turn empty: the running one */
    static Optional<Turn> active(State state, String turn) {
        return turn.isEmpty() ? state.current() : state.turn(turn).filter(Turn::active);
    }

    static Decision noTurn(State state, String turn) {
        boolean ended = turn.isEmpty() ? state.counters().turns() > 0 : wasTurn(state, turn);
        return ended
                ? Decision.refuse(ErrorCode.TOO_LATE, "the turn has ended")
                : Decision.refuse(ErrorCode.TURN_NOT_FOUND, "no such turn");
    }

    /** Whether a turn of this id was ever asked for. */
    static boolean wasTurn(State state, String turn) {
        return givenOut(turn, 't', state.counters().turns());
    }

    static Decision noCall(State state, String call) {
        return givenOut(call, 'k', state.counters().calls())
                ? Decision.refuse(ErrorCode.TOO_LATE, "call " + call + " was settled long ago")
                : Decision.refuse(ErrorCode.CALL_NOT_FOUND, "no such call");
    }

    static Decision decided(ToolCall call) {
        String decision = call.decision().name().toLowerCase(Locale.ROOT);
        return alreadyDecided(call.decidedBy().name(), decision, call.decidedAt());
    }

    /** A call that is over was declined, or has its result. */
    static Decision settled(ToolCall call) {
        boolean declined = call.decision() != ToolCall.Decision.NONE && call.decision() != ToolCall.Decision.APPROVED;
        return declined ? decided(call) : alreadyDecided(call.settledBy().name(), "settled", call.settledAt());
    }

    private static Decision alreadyDecided(String by, String decision, long at) {
        return new Decision.Refused(
                ErrorCode.ALREADY_DECIDED,
                by + " was first",
                Map.of(
                        "decidedBy", by,
                        "decision", decision,
                        "at", Instant.ofEpochMilli(at).toString()));
    }

    /** Whether an id was given out before, though nothing is known of it any more. */
    private static boolean givenOut(String id, char prefix, int count) {
        return id.matches(prefix + "[1-9][0-9]{0,8}") && Integer.parseInt(id.substring(1)) <= count;
    }
}
