package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Lineage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The bounded control state of a session: all that deciding needs, and nothing that grows with the conversation.
 *
 * @param head seq of the last event; 0 in a new session
 * @param lastAt time of the last event, in epoch milliseconds; never goes back
 * @param turns the active ones and the one that ended last, oldest first
 * @param calls open tool calls and the latest settled ones, oldest first
 */
public record State(
        SessionKey key,
        Profile profile,
        Lineage lineage,
        long createdAt,
        long head,
        long lastAt,
        Counters counters,
        List<Turn> turns,
        List<ToolCall> calls,
        CommandLedger ledger) {

    /** How many ids of each kind were given out. */
    public record Counters(int users, int messages, int turns, int calls, int steers) {
        static final Counters ZERO = new Counters(0, 0, 0, 0, 0);
    }

    public static State create(SessionKey key, Profile profile, long history, long at) {
        return new State(
                key,
                profile,
                Lineage.begin(history),
                at,
                0,
                at,
                Counters.ZERO,
                List.of(),
                List.of(),
                CommandLedger.EMPTY);
    }

    /** The session before its first event, from where it can be replayed. */
    public State atStart() {
        return create(key, profile, lineage.at(0), createdAt);
    }

    public Optional<Turn> turn(String id) {
        for (Turn turn : turns) {
            if (turn.id().equals(id)) {
                return Optional.of(turn);
            }
        }
        return Optional.empty();
    }

    /** The turn that runs or is the next to run: the oldest active one. */
    public Optional<Turn> current() {
        for (Turn turn : turns) {
            if (turn.active()) {
                return Optional.of(turn);
            }
        }
        return Optional.empty();
    }

    public Optional<Turn> newest() {
        return turns.isEmpty() ? Optional.empty() : Optional.of(turns.getLast());
    }

    public Optional<ToolCall> call(String id) {
        for (ToolCall call : calls) {
            if (call.id().equals(id)) {
                return Optional.of(call);
            }
        }
        return Optional.empty();
    }

    /** The open calls of a turn, oldest first. */
    public List<ToolCall> openCalls(String turn) {
        List<ToolCall> open = new ArrayList<>();
        for (ToolCall call : calls) {
            if (call.open() && call.turn().equals(turn)) {
                open.add(call);
            }
        }
        return open;
    }

    State withTurns(List<Turn> next) {
        return new State(key, profile, lineage, createdAt, head, lastAt, counters, next, calls, ledger);
    }

    State withCalls(List<ToolCall> next) {
        return new State(key, profile, lineage, createdAt, head, lastAt, counters, turns, next, ledger);
    }

    State withCounters(Counters next) {
        return new State(key, profile, lineage, createdAt, head, lastAt, next, turns, calls, ledger);
    }

    public State withLedger(CommandLedger next) {
        return new State(key, profile, lineage, createdAt, head, lastAt, counters, turns, calls, next);
    }

    State advanced(long newHead, long at) {
        return new State(key, profile, lineage, createdAt, newHead, at, counters, turns, calls, ledger);
    }

    /** The last event is the first of another history. */
    State forked(long history) {
        return new State(
                key, profile, lineage.fork(history, head), createdAt, head, lastAt, counters, turns, calls, ledger);
    }

    State mapTurn(String id, UnaryOperator<Turn> change) {
        return withTurns(mapped(turns, turn -> turn.id().equals(id) ? change.apply(turn) : turn));
    }

    State mapCall(String id, UnaryOperator<ToolCall> change) {
        return withCalls(mapped(calls, call -> call.id().equals(id) ? change.apply(call) : call));
    }

    private static <T> List<T> mapped(List<T> list, UnaryOperator<T> change) {
        List<T> next = new ArrayList<>(list.size());
        for (T element : list) {
            next.add(change.apply(element));
        }
        return next;
    }
}
