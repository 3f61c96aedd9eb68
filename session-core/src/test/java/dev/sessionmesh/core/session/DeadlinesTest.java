package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.ApprovalTerms.OnExpiry;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.Budget.Bounds;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing waits for ever, and nothing expires before its time. */
class DeadlinesTest {
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};
    private static final Duration STALL = Limits.DEFAULT.stall();
    private static final Duration QUEUE = Limits.DEFAULT.queueWait();
    private static final Duration APPROVAL = Limits.DEFAULT.approvalWait();
    private static final Duration TOOL = Limits.DEFAULT.toolWait();

    static Stream<Scenario> rules() {
        return Stream.of(
                scenario("nothing expires in an empty session")
                        .when(expire().after(Duration.ofDays(365)))
                        .thenNothing(),
                scenario("a turn that nobody starts expires")
                        .given(input("c1", "hello"))
                        .when(expire().after(QUEUE))
                        .then(expired("t1", 0, "received")),
                scenario("a turn that nobody starts does not expire a millisecond early")
                        .given(input("c1", "hello"))
                        .when(expire().after(QUEUE.minusMillis(1)))
                        .thenNothing(),
                scenario("a turn without progress expires")
                        .given(RUNNING)
                        .when(expire().after(STALL))
                        .then(expired("t1", 1, "in_progress")),
                scenario("renewals are no progress")
                        .given(RUNNING)
                        .given(renew("t1", 1).after(STALL.minusMillis(1)))
                        .when(expire())
                        .then(expired("t1", 1, "in_progress")),
                scenario("tokens are progress")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a")).after(STALL.minusMillis(1)))
                        .when(expire())
                        .thenNothing(),
                scenario("a takeover is progress")
                        .given(RUNNING)
                        .given(claim("t1", 1, 1, N2).after(STALL.minusMillis(1)))
                        .when(expire())
                        .thenNothing(),
                scenario("the sixth runner in a row that says nothing is no progress")
                        .given(RUNNING)
                        .given(
                                claim("t1", 1, 1, N2),
                                claim("t1", 2, 2, N1),
                                claim("t1", 3, 3, N2),
                                claim("t1", 4, 4, N1))
                        .given(claim("t1", 5, 5, N2).after(STALL.minusMillis(1)))
                        .when(expire())
                        .then(expired("t1", 6, "in_progress")),
                scenario("a server call's beginning is progress")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("look")))
                        .given(produce("t1", 1, 2, started("k1")).after(STALL.minusMillis(1)))
                        .when(expire())
                        .thenNothing(),
                scenario("a server call's result is progress")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("look"), started("k1")))
                        .given(produce("t1", 1, 2, finished("k1", "x")).after(STALL.minusMillis(1)))
                        .when(expire())
                        .thenNothing(),
                scenario("an approval that nobody decides expires with its turn")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .when(expire().after(APPROVAL))
                        .then(
                                Words.resolved("k1", ToolCall.Decision.EXPIRED, Actor.SYSTEM, ""),
                                expired("t1", 1, "awaiting_approval")),
                scenario("an approval may take its time")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .when(expire().after(APPROVAL.minusMillis(1)))
                        .thenNothing(),
                scenario("a front-end call without a result expires with its turn")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("look")))
                        .when(expire().after(TOOL))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.CANCELLED, Payload.EMPTY, Actor.SYSTEM),
                                expired("t1", 1, "awaiting_tool")),
                scenario("an approved front-end call has its own wait, however late the approval came")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCallToApprove("pay")))
                        .given(approve("c2", "k1").after(APPROVAL.minusMillis(1)))
                        .when(expire().after(TOOL.minusMillis(1)))
                        .thenNothing(),
                scenario("an approved front-end call waits no longer than any front-end call")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCallToApprove("pay")), approve("c2", "k1"))
                        .when(expire().after(TOOL))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.CANCELLED, Payload.EMPTY, Actor.SYSTEM),
                                expired("t1", 1, "awaiting_tool")),
                scenario("a server call that has not begun does not hurry the approval beside it")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("look"), serverCallToApprove("a")))
                        .given(produce("t1", 1, 2, serverCallToApprove("b")), approve("c2", "k2"))
                        .when(expire().after(APPROVAL.minusMillis(2)))
                        .thenNothing(),
                scenario("an approved server call stalls like any progress")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")), approve("c2", "k1"))
                        .when(expire().after(STALL))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.CANCELLED, Payload.EMPTY, Actor.SYSTEM),
                                expired("t1", 1, "in_progress")),
                scenario("the next turn's wait begins when the one before ends")
                        .given(RUNNING)
                        .given(input("c2", "next"))
                        .given(produce("t1", 1, 1, completed()).after(STALL.minusMillis(1)))
                        .when(expire().after(QUEUE.minusMillis(1)))
                        .thenNothing(),
                scenario("a clock that stands behind the log expires nothing early")
                        .given(RUNNING)
                        .when(expire().after(Duration.ofHours(-1)))
                        .thenNothing());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rule(Scenario scenario) {
        scenario.check();
    }

    @Test
    void the_next_deadline_is_the_current_turns() {
        Primary primary = new Primary(Limits.DEFAULT);
        assertEquals(Long.MAX_VALUE, primary.session().nextDeadline(primary.state()));
        primary.submit(input("c1", "hello"));
        assertEquals(START + 1 + QUEUE.toMillis(), primary.session().nextDeadline(primary.state()));
        primary.submit(claim("t1", 0, 0, N1));
        assertEquals(START + 2 + STALL.toMillis(), primary.session().nextDeadline(primary.state()));
        primary.submit(cancel("c2", ""));
        assertEquals(Long.MAX_VALUE, primary.session().nextDeadline(primary.state()));
    }

    /** The reconciler asks again at the next deadline: one that expiring does not act on would keep it busy for ever. */
    @Test
    void whatever_is_due_is_dealt_with() {
        ApprovalTerms terms = new ApprovalTerms(
                "", 2, List.of("role:lead"), true, 90_000, OnExpiry.SKIP, 20_000, 30_000, List.of("role:boss"));
        Budget budget = new Budget(new Bounds(0, 0, 200_000, 0), Bounds.NONE, 0, 0);
        Profile profile = new Profile("scripted:test", "", "", List.of(), Map.of(), InputPolicy.ENQUEUE, budget);
        Primary primary = new Primary(Limits.DEFAULT, profile);
        List.of(
                        input("c1", "one"),
                        claim("t1", 0, 0, N1),
                        produce("t1", 1, 1, callOn(terms), clientCall("look"), begun(ToolCall.Recovery.ASK)),
                        produce("t1", 1, 2, started("k3")),
                        claim("t1", 1, 3, N2),
                        take("c2", "k2", "tab1"),
                        input("c3", "two"))
                .forEach(primary::submit);
        List<Class<?>> happened = new ArrayList<>();
        List<Long> due = new ArrayList<>();
        while (primary.session().nextDeadline(primary.state()) < Long.MAX_VALUE) {
            long at = primary.session().nextDeadline(primary.state());
            Decision early =
                    primary.session().decide(primary.state(), Envelope.internal(KEY, at - 1, 0, new Command.Expire()));
            assertEquals(new Decision.Accepted(List.of()), early, "nothing a millisecond early");
            due.add(at - START);
            if (primary.submit(Envelope.internal(KEY, at, 0, new Command.Expire()))
                    instanceof Decision.Accepted(List<Event> events)) {
                events.forEach(event -> happened.add(event.getClass()));
            }
            assertTrue(primary.session().nextDeadline(primary.state()) > at, "the next one is later");
        }
        assertEquals(List.of(15_006L, 20_003L, 30_003L, 40_003L, 60_003L, 80_003L, 90_003L, 200_002L, 2_000_002L), due);
        assertEquals(
                List.of(
                        Event.ToolReleased.class,
                        Event.ApprovalReminded.class,
                        Event.ApprovalEscalated.class,
                        Event.ApprovalReminded.class,
                        Event.ApprovalReminded.class,
                        Event.ApprovalReminded.class,
                        Event.ApprovalResolved.class,
                        Event.ToolResulted.class,
                        Event.ToolResulted.class,
                        Event.ToolResulted.class,
                        Event.TurnEnded.class,
                        Event.TurnEnded.class),
                happened);
    }

    /** A runner that hangs beside a call that waits for a decision: the decision's deadline is the turn's. */
    @Test
    void a_turn_that_waits_for_a_decision_waits_as_long_as_that_whatever_runs_beside_it() {
        Primary primary = new Primary(Limits.DEFAULT);
        List.of(
                        input("c1", "one"),
                        claim("t1", 0, 0, N1),
                        produce("t1", 1, 1, serverCall("look"), started("k1"), serverCallToApprove("pay")))
                .forEach(primary::submit);
        assertEquals(START + 3 + APPROVAL.toMillis(), primary.session().nextDeadline(primary.state()));
        primary.submit(approve("c2", "k2").after(STALL.multipliedBy(2)));
        assertEquals(
                START + 3 + 3 * STALL.toMillis(), primary.session().nextDeadline(primary.state()), "then it stalls");
    }

    private static Event expired(String turn, int epoch, String status) {
        String reason = "nothing happened in time while " + status;
        return ended(turn, epoch, TurnStatus.EXPIRED, "expired", reason, Actor.SYSTEM);
    }
}
