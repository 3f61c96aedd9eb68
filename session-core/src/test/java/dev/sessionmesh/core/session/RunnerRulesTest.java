package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.TokenRun;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Claims, takeovers, batches and renewals: the epoch fences all of them. */
class RunnerRulesTest {
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};
    private static final Actor RUNNER = new Actor(Actor.Kind.AGENT, "n1");

    static Stream<Scenario> claims() {
        return Stream.of(
                scenario("a runner takes a received turn")
                        .given(input("c1", "hello"))
                        .when(claim("t1", 0, 0, N1))
                        .then(new Event.TurnClaimed("t1", 1, N1, TurnStatus.IN_PROGRESS, false)),
                scenario("another runner takes over when the beat stands still")
                        .given(RUNNING)
                        .when(claim("t1", 1, 1, N2))
                        .then(new Event.TurnClaimed("t1", 2, N2, TurnStatus.IN_PROGRESS, true)),
                scenario("a beat that moved keeps the turn")
                        .given(RUNNING)
                        .given(renew("t1", 1))
                        .when(claim("t1", 1, 1, N2))
                        .thenRefused(ErrorCode.FENCED),
                scenario("an append is a beat")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a")))
                        .when(claim("t1", 1, 1, N2))
                        .thenRefused(ErrorCode.FENCED),
                scenario("of two claimers the second is fenced")
                        .given(RUNNING)
                        .when(claim("t1", 0, 0, N2))
                        .thenRefused(ErrorCode.FENCED),
                scenario("a claim repeated by its runner is a repetition")
                        .given(RUNNING)
                        .when(claim("t1", 0, 0, N1))
                        .thenRepeats(0, 0),
                scenario("a takeover keeps what the turn waits for")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .when(claim("t1", 1, 2, N2))
                        .then(new Event.TurnClaimed("t1", 2, N2, TurnStatus.AWAITING_APPROVAL, true)),
                scenario("a takeover keeps a front-end wait")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("look")))
                        .when(claim("t1", 1, 2, N2))
                        .then(new Event.TurnClaimed("t1", 2, N2, TurnStatus.AWAITING_TOOL, true)),
                scenario("a server call that had started is in doubt after a takeover")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("mail"), started("k1"), serverCall("later")))
                        .when(claim("t1", 1, 2, N2))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM),
                                new Event.TurnClaimed("t1", 2, N2, TurnStatus.IN_PROGRESS, true)),
                scenario("turns are taken in order")
                        .given(RUNNING)
                        .given(input("c2", "waiting"))
                        .when(claim("t2", 0, 0, N2))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("the next turn can be taken when the one before has ended")
                        .given(RUNNING)
                        .given(input("c2", "waiting"), produce("t1", 1, 1, completed()))
                        .when(claim("t2", 0, 0, N2))
                        .then(new Event.TurnClaimed("t2", 1, N2, TurnStatus.IN_PROGRESS, false)),
                scenario("an ended turn is not taken")
                        .given(RUNNING)
                        .given(cancel("c2", ""))
                        .when(claim("t1", 1, 1, N2))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("a turn that never was is not taken")
                        .when(claim("t1", 0, 0, N1))
                        .thenRefused(ErrorCode.TOO_LATE));
    }

    static Stream<Scenario> batches() {
        return Stream.of(
                scenario("text becomes one run of tokens and keeps its message across batches")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a", "b")))
                        .when(produce("t1", 1, 2, text("c")))
                        .then(tokens("t1", "m1", "c")),
                scenario("kinds and parts are kept")
                        .given(RUNNING)
                        .when(produce("t1", 1, 1, new Output.Text(DeltaKind.REASONING, 2, TokenRun.of("hm"))))
                        .then(new Event.Tokens("t1", "m1", 2, DeltaKind.REASONING, TokenRun.of("hm"))),
                scenario("a takeover goes on in the same message")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a")), claim("t1", 1, 2, N2))
                        .when(produce("t1", 2, 1, text("b"), completed()))
                        .then(tokens("t1", "m1", "b"), ended("t1", 2, TurnStatus.COMPLETED, Actor.SYSTEM)),
                scenario("text behind a call is a new message")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a"), serverCall("look"), started("k1"), finished("k1", "x")))
                        .when(produce("t1", 1, 2, text("b")))
                        .then(tokens("t1", "m2", "b")),
                scenario("ids of messages have no holes, however many batches a message took")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a")), produce("t1", 1, 2, text("b"), text("c")))
                        .given(produce("t1", 1, 3, serverCall("look"), started("k1"), finished("k1", "x")))
                        .when(produce("t1", 1, 4, text("d")))
                        .then(tokens("t1", "m2", "d")),
                scenario("a server call is announced, begun and done")
                        .given(RUNNING)
                        .when(produce("t1", 1, 1, serverCall("look"), started("k1"), finished("k1", "x")))
                        .then(
                                called(
                                        "k1",
                                        "look",
                                        Executor.SERVER,
                                        false,
                                        3 + Limits.DEFAULT.stall().toMillis()),
                                new Event.ToolStarted("k1"),
                                new Event.ToolResulted("k1", ToolCall.Outcome.OK, Payload.of("x"), RUNNER)),
                scenario("a front-end call makes the turn wait")
                        .given(RUNNING)
                        .when(produce("t1", 1, 1, clientCall("look")))
                        .then(
                                called("k1", "look", Executor.CLIENT, false, 3 + 900_000),
                                new Event.TurnStatusChanged("t1", 1, TurnStatus.AWAITING_TOOL)),
                scenario("a call that needs approval asks for it")
                        .given(RUNNING)
                        .when(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .then(
                                called("k1", "pay", Executor.SERVER, true, 3 + 86_400_000),
                                new Event.ApprovalRequested(
                                        "t1",
                                        "k1",
                                        "pay",
                                        Payload.of("{}"),
                                        Words.NO_ARGUMENTS,
                                        "alice",
                                        ApprovalTerms.DEFAULT,
                                        START + 3 + 86_400_000),
                                new Event.TurnStatusChanged("t1", 1, TurnStatus.AWAITING_APPROVAL)),
                scenario("a call that was not approved yet does not start")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .when(produce("t1", 1, 2, started("k1"), finished("k1", "x")))
                        .thenNothing(),
                scenario("a front-end call is not started by the runner")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("look")))
                        .when(produce("t1", 1, 2, started("k1"), finished("k1", "x")))
                        .thenNothing(),
                scenario("a call of another turn is not this runner's")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("look")), input("c2", "next"), cancel("c3", "t1"))
                        .given(claim("t2", 0, 0, N1))
                        .when(produce("t2", 1, 1, started("k1")))
                        .thenNothing(),
                scenario("too many open calls fail the turn")
                        .under(Small.LIMITS)
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("a"), clientCall("b"), clientCall("c")))
                        .when(produce("t1", 1, 2, clientCall("d"), text("unheard")))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.CANCELLED, Payload.EMPTY, Actor.SYSTEM),
                                new Event.ToolResulted("k2", ToolCall.Outcome.CANCELLED, Payload.EMPTY, Actor.SYSTEM),
                                new Event.ToolResulted("k3", ToolCall.Outcome.CANCELLED, Payload.EMPTY, Actor.SYSTEM),
                                ended(
                                        "t1",
                                        1,
                                        TurnStatus.FAILED,
                                        "too_many_calls",
                                        "more than 3 tool calls are open",
                                        Actor.SYSTEM)),
                scenario("a failure carries its code and reason")
                        .given(RUNNING)
                        .when(produce("t1", 1, 1, failed("model_error", "it broke")))
                        .then(ended("t1", 1, TurnStatus.FAILED, "model_error", "it broke", Actor.SYSTEM)),
                scenario("nothing is written behind the end")
                        .given(RUNNING)
                        .when(produce("t1", 1, 1, text("a"), completed(), text("b"), serverCall("look")))
                        .then(tokens("t1", "m1", "a"), ended("t1", 1, TurnStatus.COMPLETED, Actor.SYSTEM)),
                scenario("the running turn can end after a waiting one was cancelled")
                        .given(RUNNING)
                        .given(input("c2", "2"), input("c3", "3"), cancel("c4", "t3"))
                        .when(produce("t1", 1, 1, text("a"), completed()))
                        .then(tokens("t1", "m1", "a"), ended("t1", 1, TurnStatus.COMPLETED, Actor.SYSTEM)));
    }

    static Stream<Scenario> fences() {
        return Stream.of(
                scenario("a batch of an older epoch is fenced")
                        .given(RUNNING)
                        .given(claim("t1", 1, 1, N2))
                        .when(produce("t1", 1, 1, text("zombie")))
                        .thenRefused(ErrorCode.FENCED),
                scenario("a batch of an epoch to come is fenced")
                        .given(RUNNING)
                        .when(produce("t1", 2, 1, text("early")))
                        .thenRefused(ErrorCode.FENCED),
                scenario("a turn that nobody took takes no batch")
                        .given(input("c1", "hello"))
                        .when(produce("t1", 0, 1, text("nobody")))
                        .thenRefused(ErrorCode.FENCED),
                scenario("a turn that nobody took is not renewed")
                        .given(input("c1", "hello"))
                        .when(renew("t1", 0))
                        .thenRefused(ErrorCode.FENCED),
                scenario("a repeated batch gets the first answer")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a", "b")))
                        .when(produce("t1", 1, 1, text("a", "b")))
                        .thenRepeats(4, 5),
                scenario("an older batch comes from a second runner of the same epoch")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a")), produce("t1", 1, 2, text("b")))
                        .when(produce("t1", 1, 1, text("a")))
                        .thenRefused(ErrorCode.FENCED),
                scenario("the repeated last batch of an ended turn gets the first answer")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a"), completed()))
                        .when(produce("t1", 1, 1, text("a"), completed()))
                        .thenRepeats(4, 5),
                scenario("the repeated last batch gets the first answer with other turns around it")
                        .given(RUNNING)
                        .given(input("c2", "2"), input("c3", "3"), cancel("c4", "t3"))
                        .given(produce("t1", 1, 1, text("a"), completed()))
                        .when(produce("t1", 1, 1, text("a"), completed()))
                        .thenRepeats(9, 10),
                scenario("a batch with a hole before it is refused")
                        .given(RUNNING)
                        .when(produce("t1", 1, 2, text("b")))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("batches begin anew with the epoch")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, text("a")), claim("t1", 1, 2, N2))
                        .when(produce("t1", 2, 1, text("b")))
                        .then(tokens("t1", "m1", "b")),
                scenario("a batch for an ended turn is too late")
                        .given(RUNNING)
                        .given(cancel("c2", ""))
                        .when(produce("t1", 1, 1, text("a")))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("a batch for a forgotten turn is too late")
                        .given(RUNNING)
                        .given(cancel("c2", ""), input("c3", "2"), cancel("c4", ""))
                        .when(produce("t1", 1, 1, text("a")))
                        .thenRefused(ErrorCode.TOO_LATE),
                scenario("a renewal changes nothing visible")
                        .given(RUNNING)
                        .when(renew("t1", 1))
                        .thenNothing(),
                scenario("a renewal of an older epoch is fenced")
                        .given(RUNNING)
                        .given(claim("t1", 1, 1, N2))
                        .when(renew("t1", 1))
                        .thenRefused(ErrorCode.FENCED),
                scenario("a renewal of an ended turn is too late")
                        .given(RUNNING)
                        .given(cancel("c2", ""))
                        .when(renew("t1", 1))
                        .thenRefused(ErrorCode.TOO_LATE));
    }

    @ParameterizedTest
    @MethodSource({"claims", "batches", "fences"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    private static Event called(String call, String name, Executor executor, boolean approval, long deadline) {
        return new Event.ToolCalled(
                "t1",
                call,
                name,
                Payload.of("{}"),
                executor,
                ToolCall.Recovery.REPORT,
                ToolSpec.Target.ANY,
                approval,
                START + deadline);
    }
}
