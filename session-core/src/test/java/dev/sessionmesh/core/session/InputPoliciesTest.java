package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an input does to what runs and waits, and what people do with what waits. */
class InputPoliciesTest {
    private static final Act[] RUNNING = {input("c1", "one"), claim("t1", 0, 0, N1)};
    private static final Act[] THREE = {
        input("c1", "one"),
        claim("t1", 0, 0, N1),
        input("c2", "two").by(BOB),
        input("c3", "three").by(CAROL)
    };

    static Stream<Scenario> rollback() {
        return Stream.of(
                scenario("a rollback takes back what runs and what waits")
                        .given(RUNNING)
                        .given(input("c2", "two"))
                        .when(input("c3", "instead", InputPolicy.ROLLBACK).by(BOB))
                        .then(
                                cancelled("t1", 1, "rolled_back", BOB),
                                new Event.TurnRetracted("t1", BOB),
                                cancelled("t2", 0, "rolled_back", BOB),
                                new Event.TurnRetracted("t2", BOB),
                                said("u3", "c3", "t3", "instead", BOB),
                                new Event.TurnReceived("t3", "c3", BOB)),
                scenario("a rollback of nothing is an input")
                        .when(input("c1", "one", InputPolicy.ROLLBACK))
                        .then(said("u1", "c1", "t1", "one", ALICE), new Event.TurnReceived("t1", "c1", ALICE)));
    }

    static Stream<Scenario> merge() {
        return Stream.of(
                scenario("an input joins the one that waits last")
                        .given(THREE)
                        .when(input("c4", "and this", InputPolicy.MERGE))
                        .then(said("u4", "c4", "t3", "and this", ALICE)),
                scenario("also the only one, while nobody runs it")
                        .given(input("c1", "one"))
                        .when(input("c2", "and this", InputPolicy.MERGE))
                        .then(said("u2", "c2", "t1", "and this", ALICE)),
                scenario("not one that was claimed a moment ago")
                        .given(input("c1", "one"), claim("t1", 0, 0, N1))
                        .when(input("c2", "and this", InputPolicy.MERGE))
                        .then(said("u2", "c2", "t2", "and this", ALICE), new Event.TurnReceived("t2", "c2", ALICE)),
                scenario("a merge makes nothing wait longer than it may")
                        .under(Small.LIMITS)
                        .given(THREE)
                        .given(input("c4", "four"))
                        .when(input("c5", "and this", InputPolicy.MERGE))
                        .then(said("u5", "c5", "t4", "and this", ALICE)));
    }

    static Stream<Scenario> latest() {
        return Stream.of(
                scenario("the latest takes the place of what waits, and leaves what runs")
                        .given(THREE)
                        .when(input("c4", "only this", InputPolicy.LATEST))
                        .then(
                                cancelled("t2", 0, "replaced", ALICE),
                                new Event.TurnRetracted("t2", ALICE),
                                cancelled("t3", 0, "replaced", ALICE),
                                new Event.TurnRetracted("t3", ALICE),
                                said("u4", "c4", "t4", "only this", ALICE),
                                new Event.TurnReceived("t4", "c4", ALICE)),
                scenario("also of the first one, while nobody runs it")
                        .given(input("c1", "one"))
                        .when(input("c2", "only this", InputPolicy.LATEST))
                        .then(
                                cancelled("t1", 0, "replaced", ALICE),
                                new Event.TurnRetracted("t1", ALICE),
                                said("u2", "c2", "t2", "only this", ALICE),
                                new Event.TurnReceived("t2", "c2", ALICE)));
    }

    static Stream<Scenario> steer() {
        Event steered = new Event.Steered("t1", "s1", "in French", BOB, "c2");
        Act steers = input("c2", "in French", InputPolicy.STEER).by(BOB);
        return Stream.of(
                scenario("an input steers the turn that runs")
                        .given(RUNNING)
                        .when(steers)
                        .then(steered),
                scenario("and is an input when none does")
                        .when(input("c1", "one", InputPolicy.STEER))
                        .then(said("u1", "c1", "t1", "one", ALICE), new Event.TurnReceived("t1", "c1", ALICE)),
                scenario("one that was heard is done with")
                        .given(RUNNING)
                        .given(steers)
                        .when(produce("t1", 1, 1, consumed("s1"), completed()))
                        .then(
                                new Event.SteerResolved("t1", "s1", true, 1),
                                ended("t1", 1, TurnStatus.COMPLETED, Actor.SYSTEM)),
                scenario("one that was not heard comes back as an input")
                        .given(RUNNING)
                        .given(steers)
                        .when(produce("t1", 1, 1, completed()))
                        .then(
                                new Event.SteerResolved("t1", "s1", false, 0),
                                ended("t1", 1, TurnStatus.COMPLETED, Actor.SYSTEM),
                                said("u2", "c2", "t2", "in French", BOB),
                                new Event.TurnReceived("t2", "c2", BOB)),
                scenario("also when the turn failed")
                        .given(RUNNING)
                        .given(steers)
                        .when(produce("t1", 1, 1, failed("model_error", "no")))
                        .then(
                                new Event.SteerResolved("t1", "s1", false, 0),
                                ended("t1", 1, TurnStatus.FAILED, "model_error", "no", Actor.SYSTEM),
                                said("u2", "c2", "t2", "in French", BOB),
                                new Event.TurnReceived("t2", "c2", BOB)),
                scenario("not when somebody cancelled it")
                        .given(RUNNING)
                        .given(steers)
                        .when(cancel("c3", ""))
                        .then(
                                new Event.SteerResolved("t1", "s1", false, 0),
                                ended("t1", 1, TurnStatus.CANCELLED, ALICE)),
                scenario("a plain instruction does not come back")
                        .given(RUNNING)
                        .given(Words.steer("c2", "", "shorter"))
                        .when(produce("t1", 1, 1, completed()))
                        .then(
                                new Event.SteerResolved("t1", "s1", false, 0),
                                ended("t1", 1, TurnStatus.COMPLETED, Actor.SYSTEM)),
                scenario("one that could come back has its place in the queue")
                        .under(Small.LIMITS)
                        .given(THREE)
                        .given(input("c4", "four", InputPolicy.STEER))
                        .when(input("c5", "five"))
                        .thenRefused(ErrorCode.QUEUE_FULL),
                scenario("which may be full")
                        .under(Small.LIMITS)
                        .given(THREE)
                        .given(input("c4", "four"))
                        .when(input("c5", "five", InputPolicy.STEER))
                        .thenRefused(ErrorCode.QUEUE_FULL),
                scenario("a long input does not steer")
                        .given(RUNNING)
                        .when(input("c2", "é".repeat(2_049), InputPolicy.STEER))
                        .thenRefused(ErrorCode.TOO_LARGE),
                scenario("nor one that lies in a blob")
                        .given(RUNNING)
                        .when(Act.of(
                                "c2",
                                new Command.Input(
                                        new Payload.Blob("0".repeat(64), 40_000), Optional.of(InputPolicy.STEER))))
                        .thenRefused(ErrorCode.TOO_LARGE),
                scenario("so many of any length as fit together")
                        .given(RUNNING)
                        .given(
                                input("c2", "x".repeat(4_096), InputPolicy.STEER),
                                input("c3", "x".repeat(4_096), InputPolicy.STEER))
                        .when(input("c4", "x", InputPolicy.STEER))
                        .thenRefused(ErrorCode.QUEUE_FULL));
    }

    static Stream<Scenario> queue() {
        return Stream.of(
                scenario("what waits runs earlier")
                        .given(THREE)
                        .when(reorder("c4", "t3", "t2"))
                        .then(new Event.QueueReordered(List.of("t3", "t2"), ALICE)),
                scenario("or last")
                        .given(THREE)
                        .when(reorder("c4", "t2", ""))
                        .then(new Event.QueueReordered(List.of("t3", "t2"), ALICE)),
                scenario("the one before is claimed then")
                        .given(THREE)
                        .given(reorder("c4", "t3", "t2"), produce("t1", 1, 1, completed()))
                        .when(claim("t2", 0, 0, N1))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("also the first one, while nobody runs it")
                        .given(input("c1", "one"), input("c2", "two"))
                        .when(reorder("c3", "t2", "t1"))
                        .then(new Event.QueueReordered(List.of("t2", "t1"), ALICE)),
                scenario("which is then not the first any more")
                        .given(input("c1", "one"), input("c2", "two"), reorder("c3", "t2", "t1"))
                        .when(claim("t1", 0, 0, N1))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("what runs stays where it is")
                        .given(THREE)
                        .when(reorder("c4", "t1", ""))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("and nothing goes before it")
                        .given(THREE)
                        .when(reorder("c4", "t3", "t1"))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("nor before itself")
                        .given(THREE)
                        .when(reorder("c4", "t3", "t3"))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("a turn that never was")
                        .given(THREE)
                        .when(reorder("c4", "t9", ""))
                        .thenRefused(ErrorCode.TURN_NOT_FOUND),
                scenario("what waits is taken back")
                        .given(THREE)
                        .when(withdraw("c4", "t2").by(BOB))
                        .then(cancelled("t2", 0, "withdrawn", BOB), new Event.TurnRetracted("t2", BOB)),
                scenario("also the only one")
                        .given(input("c1", "one"))
                        .when(withdraw("c2", "t1"))
                        .then(cancelled("t1", 0, "withdrawn", ALICE), new Event.TurnRetracted("t1", ALICE)),
                scenario("not what runs")
                        .given(THREE)
                        .when(withdraw("c4", "t1"))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("not twice")
                        .given(THREE)
                        .given(withdraw("c4", "t2"))
                        .when(withdraw("c5", "t2"))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("not what never was").when(withdraw("c1", "t1")).thenRefused(ErrorCode.TURN_NOT_FOUND));
    }

    static Stream<Scenario> again() {
        return Stream.of(
                scenario("other words for a turn that ended")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, completed()))
                        .when(edit("c2", "t1", "other", InputPolicy.INTERRUPT))
                        .then(
                                said("u2", "c2", "t2", "other", ALICE),
                                new Event.TurnReceived("t2", "c2", ALICE, "t1", false)),
                scenario("the same words again")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, completed()))
                        .when(regenerate("c2", "t1"))
                        .then(new Event.TurnReceived("t2", "c2", ALICE, "t1", true)),
                scenario("of the turn that runs, which is cancelled")
                        .given(RUNNING)
                        .when(regenerate("c2", "t1"))
                        .then(
                                cancelled("t1", 1, "interrupted", ALICE),
                                new Event.TurnReceived("t2", "c2", ALICE, "t1", true)),
                scenario("or goes on, and the other one waits")
                        .given(RUNNING)
                        .when(edit("c2", "t1", "other", InputPolicy.ENQUEUE))
                        .then(
                                said("u2", "c2", "t2", "other", ALICE),
                                new Event.TurnReceived("t2", "c2", ALICE, "t1", false)),
                scenario("or is left alone")
                        .given(RUNNING)
                        .when(edit("c2", "t1", "other", InputPolicy.REJECT))
                        .thenRefused(ErrorCode.TURN_ACTIVE),
                scenario("other words for a turn that waits take its place")
                        .given(THREE)
                        .when(edit("c4", "t2", "other", InputPolicy.ENQUEUE))
                        .then(
                                cancelled("t2", 0, "replaced", ALICE),
                                new Event.TurnRetracted("t2", ALICE),
                                said("u4", "c4", "t4", "other", ALICE),
                                new Event.TurnReceived("t4", "c4", ALICE, "t2", false),
                                new Event.QueueReordered(List.of("t4", "t3"), ALICE)),
                scenario("also in a queue that is full")
                        .under(Small.LIMITS)
                        .given(THREE)
                        .given(input("c4", "four"))
                        .when(edit("c5", "t4", "other", InputPolicy.ENQUEUE))
                        .then(
                                cancelled("t4", 0, "replaced", ALICE),
                                new Event.TurnRetracted("t4", ALICE),
                                said("u5", "c5", "t5", "other", ALICE),
                                new Event.TurnReceived("t5", "c5", ALICE, "t4", false)),
                scenario("the same words again before there was an answer")
                        .given(THREE)
                        .when(Act.of("c4", new Command.Redo("t2", Optional.empty(), InputPolicy.ENQUEUE)))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("of a turn that was taken back")
                        .given(THREE)
                        .given(withdraw("c4", "t2"))
                        .when(edit("c5", "t2", "other", InputPolicy.ENQUEUE))
                        .then(
                                said("u4", "c5", "t4", "other", ALICE),
                                new Event.TurnReceived("t4", "c5", ALICE, "t2", false)),
                scenario("of a turn that never was")
                        .given(RUNNING)
                        .when(regenerate("c2", "t7"))
                        .thenRefused(ErrorCode.TURN_NOT_FOUND),
                scenario("a full queue takes no other words")
                        .under(Small.LIMITS)
                        .given(THREE)
                        .given(input("c4", "four"))
                        .when(edit("c5", "t1", "other", InputPolicy.ENQUEUE))
                        .thenRefused(ErrorCode.QUEUE_FULL),
                scenario("another branch")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, completed()))
                        .when(selectBranch("c2", "t1"))
                        .then(new Event.BranchSelected("t1", ALICE)),
                scenario("not while a turn runs")
                        .given(RUNNING)
                        .when(selectBranch("c2", "t1"))
                        .thenRefused(ErrorCode.TURN_ACTIVE),
                scenario("not of a turn that never was")
                        .when(selectBranch("c1", "t1"))
                        .thenRefused(ErrorCode.TURN_NOT_FOUND));
    }

    @ParameterizedTest
    @MethodSource({"rollback", "merge", "latest", "steer", "queue", "again"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    private static Event cancelled(String turn, int epoch, String reason, Actor by) {
        return ended(turn, epoch, TurnStatus.CANCELLED, "", reason, by);
    }
}
