package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps its own books of tool calls: who may decide about them, who did, who executes them, and whether anything ran that must not. */
final class CallReferee {
    /** What is known of a call from its events alone. */
    private static final class Seen {
        private final Event.ToolCalled called;
        private Event.ApprovalRequested asked;
        private long askedAt;
        private String hash = "";
        private final Set<String> votes = new HashSet<>();
        private final Set<String> delegates = new HashSet<>();
        private boolean escalated;
        private ToolCall.Decision decision = ToolCall.Decision.NONE;
        private boolean settled;
        private boolean doubted;
        private Event.ToolClaimed claim;
        private long until;
        private int claims;

        Seen(Event.ToolCalled called) {
            this.called = called;
        }

        boolean mayRun() {
            return !settled && (!called.approval() || decision == ToolCall.Decision.APPROVED);
        }
    }

    private record Given(Event.ToolGranted event, ApprovalTerms terms) {}

    private final Map<String, Seen> calls = new HashMap<>();
    private final Map<String, Given> grants = new HashMap<>();
    private final Map<String, String> askers = new HashMap<>();

    /** A heartbeat makes no event. */
    void beaten(Command.BeatTool beat, Origin by, long at, long claimMillis) {
        Seen call = calls.get(beat.callId());
        assertTrue(call.claim != null && isHolder(call, beat.claimant(), by.actor()), "only the holder's heart beats");
        call.until = Math.max(call.until, at + claimMillis);
    }

    void happened(Event event, Act act, long at) {
        Origin by = new Origin(act.by(), act.roles(), "", "");
        switch (event) {
            case Event.TurnReceived e -> askers.put(e.turn(), e.by().name());
            case Event.ToolCalled e -> calls.put(e.callId(), new Seen(e));
            case Event.ApprovalRequested e -> requested(call(e.callId()), e, at);
            case Event.ApprovalVoted e -> voted(call(e.callId()), e, by);
            case Event.ApprovalEdited e -> edited(call(e.callId()), e, by);
            case Event.ApprovalDelegated e -> delegated(call(e.callId()), e, by);
            case Event.ApprovalReminded e ->
                assertTrue(
                        undecided(call(e.callId())).asked.terms().remindMillis() > 0, "reminded of what asks for it");
            case Event.ApprovalEscalated e -> escalated(undecided(call(e.callId())), e, at);
            case Event.ApprovalResolved e -> resolved(undecided(call(e.callId())), e, by, act);
            case Event.ToolGranted e -> granted(e, act);
            case Event.GrantRevoked e -> assertTrue(grants.remove(e.grant()) != null, "it was given");
            case Event.ToolClaimed e -> claimed(call(e.callId()), e, by, act, at);
            case Event.ToolReleased e -> released(call(e.callId()), e, act, at);
            case Event.ToolStarted e -> {
                assertTrue(call(e.callId()).mayRun(), "nothing runs that was not approved");
                assertEquals(Executor.SERVER, call(e.callId()).called.executor());
            }
            case Event.ToolDoubted e -> call(e.callId()).doubted = true;
            case Event.ToolRetried e -> call(e.callId()).doubted = false;
            case Event.ToolResulted e -> resulted(call(e.callId()), e, act, at);
            default -> {}
        }
    }

    private Seen call(String id) {
        assertTrue(calls.containsKey(id), () -> "there is a call " + id);
        return calls.get(id);
    }

    private static Seen undecided(Seen call) {
        assertEquals(ToolCall.Decision.NONE, call.decision, "what is decided stays");
        assertTrue(call.asked != null, "it was asked for");
        return call;
    }

    private void requested(Seen call, Event.ApprovalRequested e, long at) {
        assertTrue(call.called.approval() && call.asked == null, "asked for once");
        assertEquals(askers.get(e.turn()), e.askedBy());
        assertEquals(e.arguments().hash(), e.argumentsHash(), "the hash is that of the arguments");
        call.asked = e;
        call.askedAt = at;
        call.hash = e.argumentsHash();
    }

    /** Told anew from the terms, as a person would read them. */
    private static boolean allowed(Seen call, Origin by) {
        String name = by.actor().name();
        ApprovalTerms terms = call.asked.terms();
        if (terms.separateDuty() && name.equals(call.asked.askedBy())) {
            return false;
        }
        Set<String> who = new HashSet<>(terms.approvers());
        if (call.escalated) {
            who.addAll(terms.escalateTo());
        }
        call.delegates.forEach(user -> who.add("user:" + user));
        boolean named = who.contains("user:" + name)
                || by.roles().stream().map(role -> "role:" + role).anyMatch(who::contains);
        return terms.approvers().isEmpty() || named;
    }

    private static void voted(Seen call, Event.ApprovalVoted e, Origin by) {
        assertTrue(allowed(undecided(call), by), "a vote of somebody who may");
        assertEquals(by.actor(), e.by());
        assertEquals(call.hash, e.argumentsHash(), "a vote is about these arguments");
        assertTrue(call.votes.add(e.by().name()), "one vote a person");
        assertEquals(call.votes.size(), e.approvals());
        assertTrue(e.approvals() < e.needed(), "the last vote is the decision");
    }

    private static void edited(Seen call, Event.ApprovalEdited e, Origin by) {
        assertTrue(allowed(undecided(call), by), "an edit of somebody who may");
        assertEquals(call.hash, e.originalHash());
        assertEquals(e.arguments().hash(), e.argumentsHash());
        assertFalse(call.hash.equals(e.argumentsHash()), "an edit changes something");
        call.hash = e.argumentsHash();
        call.votes.clear();
    }

    private static void delegated(Seen call, Event.ApprovalDelegated e, Origin by) {
        assertTrue(allowed(undecided(call), by), "only who may decide lets others");
        assertFalse(
                call.asked.terms().separateDuty() && e.to().equals(call.asked.askedBy()), "not to the one who asked");
        assertTrue(call.delegates.add(e.to()), "once");
    }

    private static void escalated(Seen call, Event.ApprovalEscalated e, long at) {
        assertFalse(call.escalated, "once");
        assertTrue(at >= call.askedAt + call.asked.terms().escalateMillis(), "not before its time");
        assertEquals(call.asked.terms().escalateTo(), e.to());
        call.escalated = true;
    }

    private void resolved(Seen call, Event.ApprovalResolved e, Origin by, Act act) {
        assertEquals(call.hash, e.argumentsHash(), "decided is what was voted for");
        call.decision = e.decision();
        switch (e.decision()) {
            case APPROVED -> {
                if (e.grant().isEmpty()) {
                    assertTrue(allowed(call, by), "approved by somebody who may");
                    Set<String> all = new HashSet<>(call.votes);
                    assertTrue(all.add(by.actor().name()), "the last of them is another one");
                    assertEquals(call.asked.terms().needed(), all.size(), "as many as are needed");
                } else {
                    approvedBeforehand(call, e, act);
                }
            }
            case REJECTED -> assertTrue(allowed(call, by), "rejected by somebody who may");
            case EXPIRED -> {
                assertEquals(Actor.SYSTEM, e.by());
                assertTrue(act.command() instanceof Command.Expire, "time decides, nobody else");
            }
            case CANCELLED -> assertFalse(act.command() instanceof Command.Decide, "not by a decision");
            case NONE -> throw new AssertionError("a decision decides");
        }
    }

    private void approvedBeforehand(Seen call, Event.ApprovalResolved e, Act act) {
        Given given = grants.get(e.grant());
        assertTrue(given != null, "the grant holds");
        ApprovalTerms terms = call.asked.terms();
        assertEquals(given.event.tool(), call.called.name());
        assertEquals(1, terms.needed(), "one person's word is enough");
        assertFalse(terms.separateDuty() && e.by().name().equals(call.asked.askedBy()), "not for his own doing");
        if (act.command() instanceof Command.Decide) {
            assertTrue(isNamed(terms, act), "whoever grants decides what waits only where he may");
        } else {
            assertEquals(given.event.by(), e.by());
            assertEquals(Set.copyOf(given.terms.approvers()), Set.copyOf(terms.approvers()), "for the same to decide");
        }
    }

    private static boolean isNamed(ApprovalTerms terms, Act act) {
        return terms.approvers().isEmpty()
                || terms.approvers().contains("user:" + act.by().name())
                || act.roles().stream().anyMatch(role -> terms.approvers().contains("role:" + role));
    }

    private void granted(Event.ToolGranted e, Act act) {
        Command.Decide decide = (Command.Decide) act.command();
        assertTrue(decide.approve() && decide.remember(), "asked for");
        Seen call = decide.callIds().stream()
                .map(calls::get)
                .filter(seen -> seen.called.name().equals(e.tool()) && seen.decision == ToolCall.Decision.APPROVED)
                .filter(seen -> seen.asked.terms().deciders().equals(e.deciders()))
                .findFirst()
                .orElseThrow();
        ApprovalTerms terms = call.asked.terms();
        assertTrue(isNamed(terms, act), "a delegate decides one call, and grants nothing");
        assertEquals(1, terms.needed());
        grants.put(e.grant(), new Given(e, terms));
    }

    private static boolean isHolder(Seen call, String tab, Actor user) {
        return call.claim.claimant().equals(tab) && call.claim.by().equals(user);
    }

    private void claimed(Seen call, Event.ToolClaimed e, Origin by, Act act, long at) {
        assertTrue(call.mayRun(), "nobody executes what was not approved, or is over");
        assertEquals(Executor.CLIENT, call.called.executor());
        assertTrue(call.claim == null, "one holder at a time");
        Command.ClaimTool command = (Command.ClaimTool) act.command();
        assertEquals(
                new Event.ToolClaimed(command.callId(), by.actor(), command.claimant(), call.claims + 1, e.until()), e);
        assertTrue(e.until() > at, "held for a while");
        assertTrue(isFor(call, by), "offered to him");
        Target target = call.called.target();
        assertTrue(target.device().isEmpty() || target.device().equals(command.device()), "on such a device");
        call.claim = e;
        call.until = e.until();
        call.claims++;
    }

    private boolean isFor(Seen call, Origin by) {
        String user = call.called.target().user();
        String wanted = user.equals(Target.ASKER) ? askers.get(call.called.turn()) : user;
        return wanted.isEmpty() || wanted.equals(by.actor().name());
    }

    private static void released(Seen call, Event.ToolReleased e, Act act, long at) {
        assertTrue(call.claim != null, "it was held");
        assertEquals(call.claims, e.claim());
        if (e.reason().equals("expired")) {
            assertTrue(call.until <= at, "not before its time");
        } else {
            Command.ReleaseTool command = (Command.ReleaseTool) act.command();
            assertTrue(isHolder(call, command.claimant(), act.by()), "only the holder lets it go");
        }
        call.claim = null;
    }

    private void resulted(Seen call, Event.ToolResulted e, Act act, long at) {
        assertFalse(call.settled, "one result");
        if (act.command() instanceof Command.ToolResult result
                && result.callId().equals(e.callId())) {
            assertTrue(call.mayRun() && call.called.executor() == Executor.CLIENT, "of a call that a tab executes");
            boolean held = call.claim != null && call.until > at;
            assertTrue(!held || isHolder(call, result.claimant(), act.by()), "the holder's result, while there is one");
            assertTrue(held || isFor(call, new Origin(act.by(), act.roles(), "", "")), "of somebody it is offered to");
        }
        if (act.command() instanceof Command.Settle) {
            assertTrue(call.doubted, "people settle what is in doubt");
        }
        boolean ran = e.outcome() == ToolCall.Outcome.OK || e.outcome() == ToolCall.Outcome.ERROR;
        assertTrue(!ran || call.mayRun(), "no result of what was not approved");
        call.settled = true;
        call.claim = null;
    }

    /** What a state says of its calls is what happened to them. */
    void agrees(State state) {
        for (ToolCall call : state.calls()) {
            Seen seen = call(call.id());
            assertEquals(seen.decision, call.decision());
            call.approval().ifPresent(approval -> {
                assertEquals(seen.hash, approval.argumentsHash());
                List<String> votes =
                        approval.votes().stream().map(Approval.Vote::by).toList();
                assertEquals(seen.votes.size(), votes.size());
                assertEquals(seen.votes, Set.copyOf(votes));
            });
        }
        assertEquals(
                grants.keySet(),
                Set.copyOf(state.grants().stream().map(Grant::id).toList()));
    }
}
