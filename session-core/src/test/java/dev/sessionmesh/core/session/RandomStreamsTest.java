package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.log.EventBatch;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Thousands of seeded command streams, each watched by a {@link Referee}, replayed, and applied on a backup. Another base seed:
 * {@code -Dsessionmesh.seed=N}.
 */
class RandomStreamsTest {
    private static final long SEED = Long.getLong("sessionmesh.seed", 20_260_101);
    private static final int COMMANDS = 120;
    private static final int LOSS_EVERY = 37;
    private static final int MOST_DEADLINES = 2_000;

    private final Map<String, Integer> answers = new TreeMap<>();
    private final Map<Class<?>, Integer> events = new HashMap<>();

    @Test
    void short_bounds_hold_and_every_copy_agrees() {
        run(Small.LIMITS, 4_000);
        for (Class<?> type : Event.class.getPermittedSubclasses()) {
            assertEquals(true, events.containsKey(type), () -> "no stream had a " + type.getSimpleName());
        }
        Set<ErrorCode> reachable = EnumSet.of(
                ErrorCode.QUEUE_FULL,
                ErrorCode.TURN_ACTIVE,
                ErrorCode.TURN_NOT_FOUND,
                ErrorCode.TOO_LATE,
                ErrorCode.CALL_NOT_FOUND,
                ErrorCode.ALREADY_DECIDED,
                ErrorCode.WRONG_STATE,
                ErrorCode.FENCED,
                ErrorCode.BUDGET_EXCEEDED,
                ErrorCode.NOT_TARGETED,
                ErrorCode.NOT_CLAIMED,
                ErrorCode.ALREADY_CLAIMED,
                ErrorCode.GRANT_NOT_FOUND,
                ErrorCode.ARGUMENTS_CHANGED,
                ErrorCode.ALREADY_VOTED,
                ErrorCode.NOT_AN_APPROVER,
                ErrorCode.ID_CONFLICT,
                ErrorCode.ID_EXPIRED);
        reachable.forEach(code -> assertEquals(true, answers.containsKey(code.wire()), () -> "never " + code));
    }

    @Test
    void the_usual_bounds_hold_and_every_copy_agrees() {
        run(Limits.DEFAULT, 500);
    }

    private void run(Limits limits, int streams) {
        for (long seed = SEED; seed < SEED + streams; seed++) {
            try {
                stream(limits, seed);
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError("stream with seed " + seed + ": " + broken.getMessage(), broken);
            }
        }
        System.out.printf("random streams: seeds %d to %d, answers %s%n", SEED, SEED + streams - 1, answers);
    }

    private void stream(Limits limits, long seed) {
        RandomCommands commands = new RandomCommands(seed);
        Primary primary = new Primary(limits, RandomCommands.profile(seed));
        Referee referee = new Referee(limits, RandomCommands.profile(seed));
        for (int i = 0; i < COMMANDS; i++) {
            State before = primary.state();
            Act act = commands.next(before);
            Decision decision =
                    i % LOSS_EVERY == LOSS_EVERY - 1 ? primary.submitAfterLoss(act, i) : primary.submit(act);
            referee.saw(primary.session(), act, before, decision, primary.state());
            count(decision);
        }
        assertEquals(primary.state(), primary.backup(), "the backup equals the primary");
        assertEquals(primary.state(), replayedChanges(primary), "the changes give the state");
        assertEquals(withoutBookkeeping(primary.state()), withoutBookkeeping(replayedLog(primary)));
        audited(primary);
        told(primary);
        drained(primary);
    }

    /** The chain of decisions, read from the log and checked as an auditor would, ends where the state says. */
    private static void audited(Primary primary) {
        AuditTrail trail = new AuditTrail();
        primary.log().forEach(trail::apply);
        assertEquals(
                List.of(), AuditCheck.problems(trail.lines(), primary.state().audit()));
        assertEquals(primary.state().head(), trail.seq());
    }

    /** What was taken back or said anew is told nowhere, and turns that wait are told in the order in which they will run. */
    private static void told(Primary primary) {
        Conversation conversation = new Conversation();
        Set<String> retracted = new HashSet<>();
        Set<String> superseded = new HashSet<>();
        Set<String> turns = new LinkedHashSet<>();
        for (EventBatch batch : primary.log()) {
            conversation.apply(batch);
            for (Event event : batch.events()) {
                switch (event) {
                    case Event.TurnRetracted e -> retracted.add(e.turn());
                    case Event.MessageSuperseded e -> superseded.add(e.messageId());
                    case Event.TurnReceived e -> turns.add(e.turn());
                    default -> {}
                }
            }
        }
        List<String> path = conversation.path();
        assertEquals(path.size(), Set.copyOf(path).size(), "no turn is told twice");
        assertTrue(path.stream().noneMatch(retracted::contains), "nothing that was taken back");
        for (String turn : turns) {
            for (Conversation.Item item : conversation.items(turn)) {
                assertFalse(item instanceof Conversation.Said said && superseded.contains(said.id()), "nothing void");
            }
            List<String> upTo = conversation.pathTo(turn);
            assertTrue(retracted.contains(turn) || upTo.getLast().equals(turn), "every turn is on some branch");
        }
        List<String> waiting = primary.state().queue().stream().map(Turn::id).toList();
        for (String turn : waiting) {
            List<String> first =
                    conversation.pathTo(turn).stream().filter(waiting::contains).toList();
            List<String> order = waiting.stream().filter(first::contains).toList();
            assertEquals(order, first, "told as they will run");
        }
    }

    /** Left alone, every turn comes to its end by deadlines, and none of them comes due again and again. */
    private static void drained(Primary primary) {
        for (int i = 0; primary.state().current().isPresent(); i++) {
            assertTrue(i < MOST_DEADLINES, "it never ends");
            long deadline = primary.session().nextDeadline(primary.state());
            primary.submit(Envelope.internal(Words.KEY, deadline, 0, new Command.Expire()));
            assertTrue(
                    primary.session().nextDeadline(primary.state())
                            > primary.state().lastAt(),
                    "the next is later");
        }
        assertEquals(Long.MAX_VALUE, primary.session().nextDeadline(primary.state()));
    }

    private static State replayedChanges(Primary primary) {
        State state = primary.created();
        for (Change change : primary.changes()) {
            state = primary.session().apply(state, change);
        }
        return state;
    }

    private static State replayedLog(Primary primary) {
        State state = primary.state().atStart();
        for (EventBatch batch : primary.log()) {
            assertEquals(state.head() + 1, batch.from());
            state = primary.session().replay(state, batch);
        }
        return state;
    }

    /** What the log alone gives: no command ids, no batch numbers, no beats of leases and claims. */
    private static State withoutBookkeeping(State state) {
        List<Turn> turns = state.turns().stream()
                .map(turn -> new Turn(
                        turn.id(),
                        turn.inputId(),
                        turn.parent(),
                        turn.askedBy(),
                        turn.status(),
                        new Turn.Hold(turn.runEpoch(), turn.runner(), 0, 0, 0, 0),
                        turn.receivedAt(),
                        turn.startedAt(),
                        turn.progressAt(),
                        turn.openMessage(),
                        turn.steers(),
                        turn.spent(),
                        turn.trace()))
                .toList();
        List<ToolCall> calls = state.calls().stream()
                .map(call -> call.claim()
                        .map(held -> call.claimed(new ToolCall.Claim(held.claimant(), held.by(), 0, 0), call.claims()))
                        .orElse(call))
                .toList();
        return state.withTurns(turns).withCalls(calls).withLedger(CommandLedger.EMPTY);
    }

    private void count(Decision decision) {
        String answer =
                switch (decision) {
                    case Decision.Accepted(List<Event> happened) -> {
                        happened.forEach(event -> events.merge(event.getClass(), 1, Integer::sum));
                        yield "accepted";
                    }
                    case Decision.Duplicate repetition -> "duplicate";
                    case Decision.Refused refused -> refused.code().wire();
                };
        answers.merge(answer, 1, Integer::sum);
    }
}
