package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Lineage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The bounded control state of a session: all that deciding needs, and nothing that grows with the conversation.
 *
 * @param head seq of the last event; 0 in a new session
 * @param lastAt time of the last event, in epoch milliseconds; never goes back
 * @param turns the active ones in the order in which they run, and the one that ended last before them
 * @param calls open tool calls and the latest settled ones, oldest first
 * @param grants tools whose calls are approved beforehand, oldest first
 * @param spent by turns that have ended
 * @param audit the last link of the chain of decisions
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
        List<Grant> grants,
        Spent spent,
        Audit audit,
        CommandLedger ledger) {

    /**
     * How many ids of each kind were given out.
     *
     * @param redone how many of the turns stand beside another one, on a branch of their own
     */
    public record Counters(int users, int messages, int turns, int calls, int steers, int grants, int redone) {
        static final Counters ZERO = new Counters(0, 0, 0, 0, 0, 0, 0);

        Counters user() {
            return new Counters(users + 1, messages, turns, calls, steers, grants, redone);
        }

        Counters message() {
            return new Counters(users, messages + 1, turns, calls, steers, grants, redone);
        }

        Counters turn(boolean beside) {
            return new Counters(users, messages, turns + 1, calls, steers, grants, redone + (beside ? 1 : 0));
        }

        Counters call() {
            return new Counters(users, messages, turns, calls + 1, steers, grants, redone);
        }

        Counters steer() {
            return new Counters(users, messages, turns, calls, steers + 1, grants, redone);
        }

        Counters grant() {
            return new Counters(users, messages, turns, calls, steers, grants + 1, redone);
        }
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
                List.of(),
                Spent.NOTHING,
                Audit.START,
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

    /** The turn that runs or is the next to run: the first active one. */
    public Optional<Turn> current() {
        for (Turn turn : turns) {
            if (turn.active()) {
                return Optional.of(turn);
            }
        }
        return Optional.empty();
    }

    /** What waits behind the current turn, and that one while nobody runs it, in the order in which they will run. */
    public List<Turn> queue() {
        return turns.stream().filter(Turn::queued).toList();
    }

    /** The turn that was asked for last. */
    public Optional<Turn> newest() {
        return turns.stream()
                .max(Comparator.comparingInt(turn -> Integer.parseInt(turn.id().substring(1))));
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

    public Optional<Grant> grant(String id) {
        return grants.stream().filter(grant -> grant.id().equals(id)).findFirst();
    }

    State withTurns(List<Turn> next) {
        return with(lineage, head, lastAt, counters, next, calls, grants, spent, audit, ledger);
    }

    State withCalls(List<ToolCall> next) {
        return with(lineage, head, lastAt, counters, turns, next, grants, spent, audit, ledger);
    }

    State withGrants(List<Grant> next) {
        return with(lineage, head, lastAt, counters, turns, calls, List.copyOf(next), spent, audit, ledger);
    }

    State withCounters(Counters next) {
        return with(lineage, head, lastAt, next, turns, calls, grants, spent, audit, ledger);
    }

    State spending(Spent more) {
        return with(lineage, head, lastAt, counters, turns, calls, grants, spent.plus(more), audit, ledger);
    }

    State withAudit(Audit next) {
        return next.no() == audit.no()
                ? this
                : with(lineage, head, lastAt, counters, turns, calls, grants, spent, next, ledger);
    }

    public State withLedger(CommandLedger next) {
        return with(lineage, head, lastAt, counters, turns, calls, grants, spent, audit, next);
    }

    State advanced(long newHead, long at) {
        return with(lineage, newHead, at, counters, turns, calls, grants, spent, audit, ledger);
    }

    /** The last event is the first of another history. */
    State forked(long history) {
        return with(lineage.fork(history, head), head, lastAt, counters, turns, calls, grants, spent, audit, ledger);
    }

    /** Events up to {@code seq} of its log were folded. */
    public State foldedTo(long seq) {
        return seq <= lineage.floor()
                ? this
                : with(lineage.foldedTo(seq), head, lastAt, counters, turns, calls, grants, spent, audit, ledger);
    }

    State mapTurn(String id, UnaryOperator<Turn> change) {
        return withTurns(mapped(turns, turn -> turn.id().equals(id) ? change.apply(turn) : turn));
    }

    State mapCall(String id, UnaryOperator<ToolCall> change) {
        return withCalls(mapped(calls, call -> call.id().equals(id) ? change.apply(call) : call));
    }

    private State with(
            Lineage line,
            long newHead,
            long at,
            Counters count,
            List<Turn> someTurns,
            List<ToolCall> someCalls,
            List<Grant> someGrants,
            Spent used,
            Audit link,
            CommandLedger known) {
        return new State(
                key, profile, line, createdAt, newHead, at, count, someTurns, someCalls, someGrants, used, link, known);
    }

    private static <T> List<T> mapped(List<T> list, UnaryOperator<T> change) {
        List<T> next = new ArrayList<>(list.size());
        for (T element : list) {
            next.add(change.apply(element));
        }
        return next;
    }
}
