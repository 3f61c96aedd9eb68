package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Watches a session from outside, with a memory of its own, and flags whatever must never happen. */
final class Referee {
    private record Epoch(String turn, int no) {}

    private record Executed(long bodyHash, long from, long to, int freeFormBefore) {}

    private final Limits limits;
    private final CallReferee calls = new CallReferee();
    private final SpendingReferee spending;
    private final Map<CommandId, Executed> executed = new HashMap<>();
    private final Map<Epoch, Runner> runners = new HashMap<>();
    private final Map<Epoch, Long> batches = new HashMap<>();
    private final Set<String> decided = new HashSet<>();
    private final Set<String> resulted = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private int freeForm;

    Referee(Limits limits, Profile profile) {
        this.limits = limits;
        this.spending = new SpendingReferee(profile.budget());
    }

    void saw(Session session, Act act, State before, Decision decision, State after) {
        switch (decision) {
            case Decision.Accepted(List<Event> events) -> accepted(act, before, events, after);
            case Decision.Duplicate(long from, long to) -> {
                assertEquals(before, after, "a repetition changes nothing");
                if (!act.id().equals(CommandId.NONE)) {
                    Executed first = executed.get(act.id());
                    assertEquals(new Executed(act.bodyHash(), from, to, first.freeFormBefore()), first);
                }
            }
            case Decision.Refused refused -> {
                assertEquals(before, after, "a refusal changes nothing");
                refused(act, refused.code());
            }
        }
        bounded(after);
        due(session, after);
        boolean waiting = after.turns().stream().anyMatch(Turn::active);
        assertEquals(waiting, session.nextDeadline(after) < Long.MAX_VALUE, "a deadline for every active turn");
    }

    /** What is due is due at its time: not a millisecond early, and then something happens. */
    private static void due(Session session, State state) {
        long next = session.nextDeadline(state);
        if (next < Long.MAX_VALUE && next > state.lastAt()) {
            Command expire = new Command.Expire();
            Decision early = session.decide(state, Envelope.internal(state.key(), next - 1, 0, expire));
            assertEquals(new Decision.Accepted(List.of()), early, "nothing early");
            Decision then = session.decide(state, Envelope.internal(state.key(), next, 0, expire));
            assertFalse(then.equals(early), "something then");
        }
    }

    private void accepted(Act act, State before, List<Event> events, State after) {
        long span = events.stream().mapToLong(Event::span).sum();
        assertEquals(before.head() + span, after.head(), "contiguous seqs");
        assertTrue(after.lastAt() >= before.lastAt(), "time goes on");
        events.forEach(event -> {
            happened(event);
            calls.happened(event, act, after.lastAt());
            spending.happened(event);
        });
        if (act.command() instanceof Command.BeatTool beat) {
            Origin by = new Origin(act.by(), act.roles(), "", "");
            calls.beaten(beat, by, after.lastAt(), limits.toolClaim().toMillis());
        }
        calls.agrees(after);
        spending.agrees(after);
        if (act.command() instanceof Command.Produce produce) {
            Epoch epoch = new Epoch(produce.turn(), produce.runEpoch());
            assertTrue(runners.containsKey(epoch), "only a claimed epoch writes");
            assertEquals(before.turn(produce.turn()).orElseThrow().runEpoch(), produce.runEpoch(), "fencing");
            assertEquals(batches.merge(epoch, 1L, Long::sum), produce.batchNo(), "contiguous batches");
        }
        // A heartbeat is not remembered: it may be repeated, and harms nobody.
        if (!act.id().equals(CommandId.NONE) && !(act.command() instanceof Command.BeatTool)) {
            boolean forked = !events.isEmpty() && events.getFirst() instanceof Event.Forked;
            once(act, before.head() + (forked ? 2 : 1), after.head());
        }
    }

    private void once(Act act, long from, long to) {
        boolean free = act.id() instanceof CommandId.FreeForm;
        Executed first = executed.put(act.id(), new Executed(act.bodyHash(), from, to, freeForm));
        boolean forgotten = free && first != null && freeForm - first.freeFormBefore() >= limits.freeFormRemembered();
        assertTrue(first == null || forgotten, () -> act.id() + " was executed twice");
        freeForm += free ? 1 : 0;
    }

    private void refused(Act act, ErrorCode code) {
        if (code == ErrorCode.ID_CONFLICT) {
            assertFalse(executed.get(act.id()).bodyHash() == act.bodyHash(), "a conflict needs another body");
        } else if (code == ErrorCode.ID_EXPIRED) {
            assertTrue(act.id() instanceof CommandId.Numbered, "only numbers expire");
        } else if (act.id() instanceof CommandId.Numbered) {
            assertFalse(executed.containsKey(act.id()), "an executed command is never decided anew");
        }
    }

    private void happened(Event event) {
        switch (event) {
            case Event.TurnClaimed claimed -> {
                Epoch epoch = new Epoch(claimed.turn(), claimed.runEpoch());
                assertEquals(null, runners.put(epoch, claimed.runner()), "one runner an epoch");
                Epoch older = new Epoch(claimed.turn(), claimed.runEpoch() - 1);
                assertTrue(claimed.runEpoch() == 1 || runners.containsKey(older), "epochs rise one by one");
                assertFalse(ended.contains(claimed.turn()), "nobody takes an ended turn");
            }
            case Event.TurnEnded end -> assertTrue(ended.add(end.turn()), "a turn ends once");
            case Event.Tokens tokens -> assertFalse(ended.contains(tokens.turn()), "no text behind the end");
            case Event.ToolCalled called -> assertFalse(ended.contains(called.turn()), "no call behind the end");
            case Event.ApprovalResolved resolved -> assertTrue(decided.add(resolved.callId()), "one decision");
            case Event.ToolResulted result -> assertTrue(resulted.add(result.callId()), "one result");
            case Event.InputAccepted input -> {}
            case Event.TurnReceived received -> {}
            case Event.TurnStatusChanged changed -> {}
            case Event.QueueReordered reordered -> {}
            case Event.TurnRetracted retracted -> assertTrue(ended.contains(retracted.turn()), "it ended first");
            case Event.BranchSelected selected -> {}
            case Event.StepEnded step -> assertFalse(ended.contains(step.turn()), "no step behind the end");
            case Event.MessageSuperseded superseded -> {}
            case Event.ApprovalVoted voted ->
                assertFalse(decided.contains(voted.callId()), "no vote behind a decision");
            case Event.ApprovalEdited edited -> assertFalse(decided.contains(edited.callId()), "what is decided stays");
            case Event.ApprovalDelegated delegated -> {}
            case Event.ApprovalReminded reminded -> {}
            case Event.ApprovalEscalated escalated -> {}
            case Event.ToolGranted granted -> {}
            case Event.GrantRevoked revoked -> {}
            case Event.ToolClaimed claimed ->
                assertFalse(resulted.contains(claimed.callId()), "no claim behind a result");
            case Event.ToolReleased released -> {}
            case Event.ToolDoubted doubted -> {}
            case Event.ToolRetried retried -> {}
            case Event.ApprovalRequested requested -> {}
            case Event.ToolStarted started -> {}
            case Event.Steered steered -> {}
            case Event.SteerResolved resolved -> {}
            case Event.Forked forked -> {}
        }
    }

    private void bounded(State state) {
        long active = state.turns().stream().filter(Turn::active).count();
        assertTrue(active <= limits.turnsQueued() + 1, "turns");
        assertTrue(state.turns().size() <= active + 1, "ended turns");
        assertTrue(state.grants().size() <= limits.grantsPerSession(), "grants");
        assertTrue(state.turns().stream().mapToInt(turn -> turn.steers().size()).sum() <= 16, "all instructions");
        assertTrue(state.calls().size() <= limits.callsRemembered(), "calls");
        assertTrue(state.calls().stream().filter(ToolCall::open).count() <= limits.callsPending(), "open calls");
        state.turns().forEach(turn -> assertTrue(turn.steers().size() <= 8, "instructions"));
        CommandLedger ledger = state.ledger();
        assertTrue(ledger.clients().size() <= limits.clientsRemembered(), "clients");
        assertTrue(ledger.freeForm().size() <= limits.freeFormRemembered(), "free-form ids");
        ledger.clients().forEach(client -> assertTrue(client.rows().size() <= limits.commandsPerClient(), "numbers"));
        state.turns().stream()
                .filter(turn -> !turn.active())
                .forEach(turn -> assertEquals(List.of(), state.openCalls(turn.id()), "no call outlives its turn"));
    }
}
