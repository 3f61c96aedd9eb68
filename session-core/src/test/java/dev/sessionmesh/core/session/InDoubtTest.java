package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.session.Command.Settle.Verdict;
import dev.sessionmesh.core.session.ToolCall.Recovery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server-side call that had begun when its runner was lost. */
class InDoubtTest {
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};
    private static final long WAIT = Limits.DEFAULT.approvalWait().toMillis();
    private static final long STALL = Limits.DEFAULT.stall().toMillis();

    static Stream<Scenario> recoveries() {
        return Stream.of(
                begun("the model is told", Recovery.REPORT)
                        .when(takeover())
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM),
                                new Event.TurnClaimed("t1", 2, N2, TurnStatus.IN_PROGRESS, true)),
                begun("or a person is asked", Recovery.ASK)
                        .when(takeover())
                        .then(
                                new Event.ToolDoubted("k1", START + 4 + WAIT),
                                new Event.TurnClaimed("t1", 2, N2, TurnStatus.AWAITING_APPROVAL, true)),
                begun("or it is run again, where that does no harm", Recovery.RERUN)
                        .when(takeover())
                        .then(
                                new Event.ToolRetried("k1", Actor.SYSTEM, START + 4 + STALL),
                                new Event.TurnClaimed("t1", 2, N2, TurnStatus.IN_PROGRESS, true)),
                begun("run again, it begins again", Recovery.RERUN)
                        .given(takeover())
                        .when(produce("t1", 2, 1, started("k1"), finished("k1", "sent")))
                        .then(
                                new Event.ToolStarted("k1"),
                                new Event.ToolResulted(
                                        "k1",
                                        ToolCall.Outcome.OK,
                                        Payload.of("sent"),
                                        new Actor(Actor.Kind.AGENT, "n2"))),
                scenario("one that had not begun is in no doubt")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, Words.begun(Recovery.ASK)))
                        .when(claim("t1", 1, 2, N2))
                        .then(new Event.TurnClaimed("t1", 2, N2, TurnStatus.IN_PROGRESS, true)),
                begun("an approval beside it is waited for as before", Recovery.REPORT)
                        .given(produce("t1", 1, 2, serverCallToApprove("pay")))
                        .when(claim("t1", 1, 3, N2))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM),
                                new Event.TurnClaimed("t1", 2, N2, TurnStatus.AWAITING_APPROVAL, true)));
    }

    static Stream<Scenario> verdicts() {
        Event goesOn = status("t1", 2, TurnStatus.IN_PROGRESS);
        return Stream.of(
                asked("it was done")
                        .when(settle("c2", "k1", Verdict.OK).by(BOB))
                        .then(new Event.ToolResulted("k1", ToolCall.Outcome.OK, Payload.of("[1]"), BOB), goesOn),
                asked("it went wrong")
                        .when(settle("c2", "k1", Verdict.ERROR).by(BOB))
                        .then(new Event.ToolResulted("k1", ToolCall.Outcome.ERROR, Payload.of("[1]"), BOB), goesOn),
                asked("it had no effect: run it again")
                        .when(settle("c2", "k1", Verdict.RETRY).by(BOB))
                        .then(new Event.ToolRetried("k1", BOB, START + 5 + STALL), goesOn),
                asked("run again, it begins again")
                        .given(settle("c2", "k1", Verdict.RETRY))
                        .when(produce("t1", 2, 1, started("k1")))
                        .then(new Event.ToolStarted("k1")),
                asked("its runner does not run it on its own")
                        .when(produce("t1", 2, 1, started("k1"), finished("k1", "x")))
                        .thenNothing(),
                asked("the second one learns who was first")
                        .given(settle("c2", "k1", Verdict.OK).by(BOB))
                        .when(settle("c3", "k1", Verdict.ERROR))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", 5)),
                asked("a second retry finds it retried")
                        .given(settle("c2", "k1", Verdict.RETRY).by(BOB))
                        .when(settle("c3", "k1", Verdict.RETRY))
                        .thenRefused(ErrorCode.WRONG_STATE),
                asked("nobody says anything in time: the model is told")
                        .when(expire().after(Limits.DEFAULT.approvalWait()))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM),
                                goesOn),
                asked("and not a millisecond early")
                        .when(expire().after(Limits.DEFAULT.approvalWait().minusMillis(1)))
                        .thenNothing(),
                asked("another takeover doubts nothing twice")
                        .when(claim("t1", 2, 3, N1))
                        .then(new Event.TurnClaimed("t1", 3, N1, TurnStatus.AWAITING_APPROVAL, true)),
                asked("a split that heals says the same")
                        .when(Act.internal(new Command.Doubt(List.of("k1"))))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM),
                                goesOn),
                asked("it is nobody's to approve").when(approve("c2", "k1")).thenRefused(ErrorCode.WRONG_STATE),
                begun("what runs is not settled by people", Recovery.ASK)
                        .when(settle("c2", "k1", Verdict.OK))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("nor what never was")
                        .when(settle("c1", "k1", Verdict.OK))
                        .thenRefused(ErrorCode.CALL_NOT_FOUND));
    }

    @ParameterizedTest
    @MethodSource({"recoveries", "verdicts"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    private static Scenario begun(String name, Recovery recovery) {
        return scenario(name).given(RUNNING).given(produce("t1", 1, 1, Words.begun(recovery), started("k1")));
    }

    private static Scenario asked(String name) {
        return begun(name, Recovery.ASK).given(takeover());
    }

    private static Act takeover() {
        return claim("t1", 1, 2, N2);
    }

    private static Map<String, String> first(String by, int act) {
        String at = Instant.ofEpochMilli(START + act).toString();
        return Map.of("decidedBy", by, "decision", "settled", "at", at);
    }
}
