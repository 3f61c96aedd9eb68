package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a new input does, alone and beside running turns; and how a turn is cancelled and steered. */
class InputRulesTest {
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};

    static Stream<Scenario> inputs() {
        return Stream.of(
                scenario("an input opens a turn")
                        .when(input("c1", "hello"))
                        .then(said("u1", "c1", "t1", "hello", ALICE), new Event.TurnReceived("t1", "c1", ALICE)),
                scenario("an input beside a running turn is enqueued")
                        .given(RUNNING)
                        .when(input("c2", "more").by(BOB))
                        .then(said("u2", "c2", "t2", "more", BOB), new Event.TurnReceived("t2", "c2", BOB)),
                scenario("the queue is bounded")
                        .under(Small.LIMITS)
                        .given(RUNNING)
                        .given(input("c2", "2"), input("c3", "3"), input("c4", "4"))
                        .when(input("c5", "5"))
                        .thenRefused(ErrorCode.QUEUE_FULL),
                scenario("an ended turn makes room in the queue")
                        .under(Small.LIMITS)
                        .given(RUNNING)
                        .given(input("c2", "2"), input("c3", "3"), input("c4", "4"))
                        .given(produce("t1", 1, 1, completed()))
                        .when(input("c5", "5"))
                        .then(said("u5", "c5", "t5", "5", ALICE), new Event.TurnReceived("t5", "c5", ALICE)),
                scenario("policy reject refuses while a turn runs")
                        .given(RUNNING)
                        .when(input("c2", "more", InputPolicy.REJECT))
                        .thenRefused(ErrorCode.TURN_ACTIVE),
                scenario("policy reject accepts when nothing runs")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, completed()))
                        .when(input("c2", "more", InputPolicy.REJECT))
                        .then(said("u2", "c2", "t2", "more", ALICE), new Event.TurnReceived("t2", "c2", ALICE)),
                scenario("the session's policy holds unless the input has its own")
                        .of(rejecting())
                        .given(RUNNING)
                        .when(input("c2", "more"))
                        .thenRefused(ErrorCode.TURN_ACTIVE),
                scenario("an input's own policy wins over the session's")
                        .of(rejecting())
                        .given(RUNNING)
                        .when(input("c2", "more", InputPolicy.ENQUEUE))
                        .then(said("u2", "c2", "t2", "more", ALICE), new Event.TurnReceived("t2", "c2", ALICE)),
                scenario("policy interrupt cancels what runs and what waits, then starts")
                        .given(RUNNING)
                        .given(input("c2", "waiting"))
                        .when(input("c3", "now", InputPolicy.INTERRUPT).by(BOB))
                        .then(
                                ended("t1", 1, TurnStatus.CANCELLED, "", "interrupted", BOB),
                                ended("t2", 0, TurnStatus.CANCELLED, "", "interrupted", BOB),
                                said("u3", "c3", "t3", "now", BOB),
                                new Event.TurnReceived("t3", "c3", BOB)),
                scenario("policy interrupt takes open calls and instructions with it")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCallToApprove("pay"), clientCall("look")))
                        .given(steer("c2", "", "shorter"))
                        .when(input("c3", "now", InputPolicy.INTERRUPT))
                        .then(
                                Words.resolved("k1", ToolCall.Decision.CANCELLED, ALICE, ""),
                                new Event.ToolResulted("k2", ToolCall.Outcome.CANCELLED, Payload.EMPTY, ALICE),
                                new Event.SteerResolved("t1", "s1", false, 0),
                                ended("t1", 1, TurnStatus.CANCELLED, "", "interrupted", ALICE),
                                said("u2", "c3", "t2", "now", ALICE),
                                new Event.TurnReceived("t2", "c3", ALICE)));
    }

    static Stream<Scenario> cancellations() {
        return Stream.of(
                scenario("cancel without a turn ends the running one")
                        .given(RUNNING)
                        .given(input("c2", "waiting"))
                        .when(cancel("c3", "").by(BOB))
                        .then(ended("t1", 1, TurnStatus.CANCELLED, BOB)),
                scenario("cancel can name a waiting turn")
                        .given(RUNNING)
                        .given(input("c2", "waiting"))
                        .when(cancel("c3", "t2"))
                        .then(ended("t2", 0, TurnStatus.CANCELLED, ALICE)),
                scenario("a started server call is in doubt when its turn is cancelled")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("mail"), started("k1")))
                        .when(cancel("c2", "t1"))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, ALICE),
                                ended("t1", 1, TurnStatus.CANCELLED, ALICE)),
                scenario("cancelling an ended turn is too late")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, completed()))
                        .when(cancel("c2", "t1"))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("cancelling when all turns have ended is too late")
                        .given(RUNNING)
                        .given(cancel("c2", ""))
                        .when(cancel("c3", ""))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("cancelling a forgotten turn is too late")
                        .given(RUNNING)
                        .given(cancel("c2", ""), input("c3", "2"), cancel("c4", ""), input("c5", "3"))
                        .when(cancel("c6", "t1"))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("cancelling when there was never a turn finds none")
                        .when(cancel("c1", ""))
                        .thenRefused(ErrorCode.TURN_NOT_FOUND),
                scenario("cancelling a turn that never was finds none")
                        .given(RUNNING)
                        .when(cancel("c2", "t2"))
                        .thenRefused(ErrorCode.TURN_NOT_FOUND),
                scenario("cancelling a name that is no turn finds none")
                        .given(RUNNING)
                        .when(cancel("c2", "k1"))
                        .thenRefused(ErrorCode.TURN_NOT_FOUND));
    }

    static Stream<Scenario> steering() {
        return Stream.of(
                scenario("an instruction goes to the running turn")
                        .given(RUNNING)
                        .when(steer("c2", "", "shorter").by(BOB))
                        .then(new Event.Steered("t1", "s1", "shorter", BOB, "")),
                scenario("an instruction can name a waiting turn")
                        .given(RUNNING)
                        .given(input("c2", "waiting"))
                        .when(steer("c3", "t2", "shorter"))
                        .then(new Event.Steered("t2", "s1", "shorter", ALICE, "")),
                scenario("the runner's receipt resolves it")
                        .given(RUNNING)
                        .given(steer("c2", "", "shorter"))
                        .when(produce("t1", 1, 1, consumed("s1")))
                        .then(new Event.SteerResolved("t1", "s1", true, 1)),
                scenario("a receipt for nothing is ignored")
                        .given(RUNNING)
                        .when(produce("t1", 1, 1, consumed("s1"), text("a")))
                        .then(tokens("t1", "m1", "a")),
                scenario("a turn's end resolves what was not consumed")
                        .given(RUNNING)
                        .given(steer("c2", "", "shorter"), steer("c3", "", "louder"))
                        .when(produce("t1", 1, 1, consumed("s2"), completed()))
                        .then(
                                new Event.SteerResolved("t1", "s2", true, 1),
                                new Event.SteerResolved("t1", "s1", false, 0),
                                ended("t1", 1, TurnStatus.COMPLETED, Actor.SYSTEM)),
                scenario("open instructions are bounded")
                        .given(RUNNING)
                        .given(steer("c2", "", "1"), steer("c3", "", "2"), steer("c4", "", "3"), steer("c5", "", "4"))
                        .given(steer("c6", "", "5"), steer("c7", "", "6"), steer("c8", "", "7"), steer("c9", "", "8"))
                        .when(steer("c10", "", "9"))
                        .thenRefused(ErrorCode.QUEUE_FULL),
                scenario("steering an ended turn is too late")
                        .given(RUNNING)
                        .given(cancel("c2", ""))
                        .when(steer("c3", "t1", "shorter"))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("steering nothing finds no turn")
                        .when(steer("c1", "", "shorter"))
                        .thenRefused(ErrorCode.TURN_NOT_FOUND));
    }

    @ParameterizedTest
    @MethodSource({"inputs", "cancellations", "steering"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    private static Event said(String message, String id, String turn, String text, Actor by) {
        return new Event.InputAccepted(message, id, turn, Payload.of(text), by);
    }

    private static Profile rejecting() {
        return new Profile("scripted:test", "", "", List.of(), Map.of(), InputPolicy.REJECT, Budget.UNLIMITED);
    }
}
