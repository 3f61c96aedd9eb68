package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Payload;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Approvals and front-end results: the first one wins, and the others learn who it was. */
class DecisionRulesTest {
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};
    private static final Actor RUNNER = new Actor(Actor.Kind.AGENT, "n1");

    static Stream<Scenario> approvals() {
        return Stream.of(
                scenario("an approved server call goes on")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .when(approve("c2", "k1").by(BOB))
                        .then(
                                Words.resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                new Event.TurnStatusChanged("t1", 1, TurnStatus.IN_PROGRESS)),
                scenario("an approved front-end call waits for its result")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCallToApprove("pay")))
                        .when(approve("c2", "k1"))
                        .then(
                                Words.resolved("k1", ToolCall.Decision.APPROVED, ALICE, ""),
                                new Event.TurnStatusChanged("t1", 1, TurnStatus.AWAITING_TOOL)),
                scenario("a rejected call has its result at once")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .when(reject("c2", "k1", "too much"))
                        .then(
                                Words.resolved("k1", ToolCall.Decision.REJECTED, ALICE, "too much"),
                                new Event.ToolResulted("k1", ToolCall.Outcome.REJECTED, Payload.of("too much"), ALICE),
                                new Event.TurnStatusChanged("t1", 1, TurnStatus.IN_PROGRESS)),
                scenario("a turn with another pending approval goes on waiting")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay"), serverCallToApprove("mail")))
                        .when(approve("c2", "k2"))
                        .then(Words.resolved("k2", ToolCall.Decision.APPROVED, ALICE, "")),
                scenario("the second decision learns of the first")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .given(approve("c2", "k1").by(BOB))
                        .when(reject("c3", "k1", "no"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "approved", 4)),
                scenario("the second decision learns of the first also when the call has its result")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .given(approve("c2", "k1").by(BOB))
                        .given(produce("t1", 1, 2, started("k1"), finished("k1", "done")))
                        .when(reject("c3", "k1", "no"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "approved", 4)),
                scenario("a decision after the turn's end learns that it was cancelled")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .given(cancel("c2", "t1").by(BOB))
                        .when(approve("c3", "k1"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "cancelled", 4)),
                scenario("a call without approval cannot be approved")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("look")))
                        .when(approve("c2", "k1"))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("a call that never was cannot be approved")
                        .given(RUNNING)
                        .when(approve("c2", "k1"))
                        .thenRefused(ErrorCode.CALL_NOT_FOUND),
                scenario("a forgotten call is too late, not unknown")
                        .under(Small.LIMITS)
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("a"), started("k1"), finished("k1", "")))
                        .given(produce("t1", 1, 2, serverCall("b"), started("k2"), finished("k2", "")))
                        .given(produce("t1", 1, 3, serverCall("c"), started("k3"), finished("k3", "")))
                        .given(produce("t1", 1, 4, serverCall("d"), started("k4"), finished("k4", "")))
                        .given(produce("t1", 1, 5, serverCall("e"), started("k5"), finished("k5", "")))
                        .given(produce("t1", 1, 6, serverCall("f")))
                        .when(approve("c2", "k1"))
                        .thenRefused(ErrorCode.TOO_LATE));
    }

    static Stream<Scenario> results() {
        return Stream.of(
                scenario("a front-end result ends the wait")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("look")))
                        .when(result("c2", "k1", "[1]"))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.OK, Payload.of("[1]"), ALICE),
                                new Event.TurnStatusChanged("t1", 1, TurnStatus.IN_PROGRESS)),
                scenario("a front-end error is a result")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("look")))
                        .when(failure("c2", "k1", "camera is off"))
                        .then(
                                new Event.ToolResulted(
                                        "k1", ToolCall.Outcome.ERROR, Payload.of("camera is off"), ALICE),
                                new Event.TurnStatusChanged("t1", 1, TurnStatus.IN_PROGRESS)),
                scenario("the turn waits until every front-end call has its result")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("look"), clientCall("listen")))
                        .when(result("c2", "k2", "[]"))
                        .then(new Event.ToolResulted("k2", ToolCall.Outcome.OK, Payload.of("[]"), ALICE)),
                scenario("the second result learns of the first")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("look")))
                        .given(result("c2", "k1", "[1]").by(BOB))
                        .when(result("c3", "k1", "[2]"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "settled", 4)),
                scenario("the second result of an approved call learns who gave the first, not who approved")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCallToApprove("pay")))
                        .given(approve("c2", "k1").by(BOB), result("c3", "k1", "[1]"))
                        .when(result("c4", "k1", "[2]").by(BOB))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("alice", "settled", 5)),
                scenario("a result for a rejected call learns of the rejection")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCallToApprove("pay")))
                        .given(reject("c2", "k1", "no").by(BOB))
                        .when(result("c3", "k1", "[1]"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "rejected", 4)),
                scenario("a call that waits for approval takes no result")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCallToApprove("pay")))
                        .when(result("c2", "k1", "[1]"))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("a server call takes no result from people")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("mail"), started("k1")))
                        .when(result("c2", "k1", "[1]"))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("a call that never was takes no result")
                        .given(RUNNING)
                        .when(result("c2", "k7", "[1]"))
                        .thenRefused(ErrorCode.CALL_NOT_FOUND),
                scenario("a result after a server call's, as its runner gave it, learns so")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("mail"), started("k1"), finished("k1", "sent")))
                        .when(result("c2", "k1", "[1]"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first(RUNNER.name(), "settled", 3)));
    }

    @ParameterizedTest
    @MethodSource({"approvals", "results"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    /** The details of a refusal: the clock of a scenario ticks one millisecond an act. */
    private static Map<String, String> first(String by, String decision, int act) {
        return Map.of(
                "decidedBy",
                by,
                "decision",
                decision,
                "at",
                Instant.ofEpochMilli(START + act).toString());
    }
}
