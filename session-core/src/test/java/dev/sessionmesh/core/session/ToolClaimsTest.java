package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One tab executes a front-end call, keeps it by heartbeats, and brings its result. */
class ToolClaimsTest {
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};
    private static final Duration HOLD = Limits.DEFAULT.toolClaim();
    private static final Map<String, String> ALICES = Map.of("claimedBy", "alice", "claimant", "tab1");

    static Stream<Scenario> claims() {
        return Stream.of(
                offered("a tab takes a call")
                        .when(take("c2", "k1", "tab1"))
                        .then(new Event.ToolClaimed("k1", ALICE, "tab1", 1, START + 4 + HOLD.toMillis())),
                offered("another tab learns who has it")
                        .given(take("c2", "k1", "tab1"))
                        .when(take("c3", "k1", "tab2").by(BOB))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, ALICES),
                offered("the same tab has it already")
                        .given(take("c2", "k1", "tab1"))
                        .when(take("c3", "k1", "tab1"))
                        .thenNothing(),
                offered("another user who says he was that tab is not")
                        .given(take("c2", "k1", "tab1"))
                        .when(take("c3", "k1", "tab1").by(BOB))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, ALICES),
                offered("a hold that lasts a millisecond more is a hold")
                        .given(take("c2", "k1", "tab1"))
                        .when(take("c3", "k1", "tab2").by(BOB).after(HOLD.minusMillis(1)))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, ALICES),
                offered("one that ran out is none, though nobody looked")
                        .given(take("c2", "k1", "tab1"))
                        .when(take("c3", "k1", "tab2").by(BOB).after(HOLD))
                        .then(
                                new Event.ToolReleased("k1", 1, "expired"),
                                new Event.ToolClaimed("k1", BOB, "tab2", 2, START + 4 + 2 * HOLD.toMillis())),
                offered("also for the tab that had it")
                        .given(take("c2", "k1", "tab1"))
                        .when(take("c3", "k1", "tab1").after(HOLD))
                        .then(
                                new Event.ToolReleased("k1", 1, "expired"),
                                new Event.ToolClaimed("k1", ALICE, "tab1", 2, START + 4 + 2 * HOLD.toMillis())),
                offered("a tab without a name takes nothing")
                        .when(take("c2", "k1", ""))
                        .thenRefused(ErrorCode.BAD_FIELD),
                scenario("a call that waits for approval is offered to nobody")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCallToApprove("pay")))
                        .when(take("c2", "k1", "tab1"))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("nor is the server's")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("mail")))
                        .when(take("c2", "k1", "tab1"))
                        .thenRefused(ErrorCode.WRONG_STATE),
                offered("a settled one is over")
                        .given(result("c2", "k1", "[1]").by(BOB))
                        .when(take("c3", "k1", "tab1"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "settled", 4)),
                scenario("a call that never was").when(take("c1", "k1", "t")).thenRefused(ErrorCode.CALL_NOT_FOUND));
    }

    static Stream<Scenario> holders() {
        return Stream.of(
                offered("the holder lets go")
                        .given(take("c2", "k1", "tab1"))
                        .when(letGo("c3", "k1", "tab1"))
                        .then(new Event.ToolReleased("k1", 1, "released")),
                offered("another one can't")
                        .given(take("c2", "k1", "tab1"))
                        .when(letGo("c3", "k1", "tab1").by(BOB))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, ALICES),
                offered("nobody lets go what nobody has")
                        .when(letGo("c2", "k1", "tab1"))
                        .thenRefused(ErrorCode.NOT_CLAIMED),
                offered("let go twice")
                        .given(take("c2", "k1", "tab1"), letGo("c3", "k1", "tab1"))
                        .when(letGo("c4", "k1", "tab1"))
                        .thenRefused(ErrorCode.NOT_CLAIMED),
                offered("let go, sent again")
                        .given(take("c2", "k1", "tab1"), letGo("c3", "k1", "tab1"))
                        .when(letGo("c3", "k1", "tab1"))
                        .thenRepeats(7, 7),
                offered("a heartbeat of the holder")
                        .given(take("c2", "k1", "tab1"))
                        .when(beat("c3", "k1", "tab1"))
                        .thenNothing(),
                offered("a heartbeat of another tab")
                        .given(take("c2", "k1", "tab1"))
                        .when(beat("c3", "k1", "tab2"))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, ALICES),
                offered("a heartbeat of nobody").when(beat("c2", "k1", "tab1")).thenRefused(ErrorCode.NOT_CLAIMED),
                offered("a heartbeat after the result")
                        .given(take("c2", "k1", "tab1"), resultOf("c3", "k1", "tab1"))
                        .when(beat("c4", "k1", "tab1"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("alice", "settled", 5)),
                offered("a heartbeat keeps it from running out")
                        .given(
                                take("c2", "k1", "tab1"),
                                beat("c3", "k1", "tab1").after(HOLD.minusMillis(1)))
                        .when(expire().after(HOLD.minusMillis(1)))
                        .thenNothing(),
                offered("and no longer")
                        .given(
                                take("c2", "k1", "tab1"),
                                beat("c3", "k1", "tab1").after(HOLD.minusMillis(1)))
                        .when(expire().after(HOLD))
                        .then(new Event.ToolReleased("k1", 1, "expired")),
                offered("a late heartbeat is in time while nobody looked")
                        .given(
                                take("c2", "k1", "tab1"),
                                beat("c3", "k1", "tab1").after(HOLD))
                        .when(take("c4", "k1", "tab2"))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, ALICES),
                offered("what runs out is released")
                        .given(take("c2", "k1", "tab1"))
                        .when(expire().after(HOLD))
                        .then(new Event.ToolReleased("k1", 1, "expired")),
                offered("and not a millisecond early")
                        .given(take("c2", "k1", "tab1"))
                        .when(expire().after(HOLD.minusMillis(1)))
                        .thenNothing());
    }

    static Stream<Scenario> results() {
        Event ok = new Event.ToolResulted("k1", ToolCall.Outcome.OK, Payload.of("[1]"), ALICE);
        Event okOfBob = new Event.ToolResulted("k1", ToolCall.Outcome.OK, Payload.of("[1]"), BOB);
        Event goesOn = status("t1", 1, TurnStatus.IN_PROGRESS);
        return Stream.of(
                offered("the holder's result")
                        .given(take("c2", "k1", "tab1"))
                        .when(resultOf("c3", "k1", "tab1"))
                        .then(ok, goesOn),
                offered("another tab's result, while one has it")
                        .given(take("c2", "k1", "tab1"))
                        .when(resultOf("c3", "k1", "tab2"))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, ALICES),
                offered("another user's result under the holder's name")
                        .given(take("c2", "k1", "tab1"))
                        .when(resultOf("c3", "k1", "tab1").by(BOB))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, ALICES),
                offered("a result without a claim")
                        .when(resultOf("c2", "k1", "").by(BOB))
                        .then(okOfBob, goesOn),
                offered("a result of whoever lost the call and did it nevertheless")
                        .given(take("c2", "k1", "tab1"), expire().after(HOLD))
                        .when(resultOf("c3", "k1", "tab1"))
                        .then(ok, goesOn),
                offered("not when another one has taken it")
                        .given(
                                take("c2", "k1", "tab1"),
                                take("c3", "k1", "tab2").by(BOB).after(HOLD))
                        .when(resultOf("c4", "k1", "tab1"))
                        .thenRefused(ErrorCode.ALREADY_CLAIMED, Map.of("claimedBy", "bob", "claimant", "tab2")),
                offered("another tab's result, as the hold has run out")
                        .given(take("c2", "k1", "tab1"))
                        .when(resultOf("c3", "k1", "tab2").by(BOB).after(HOLD))
                        .then(okOfBob, goesOn));
    }

    static Stream<Scenario> targets() {
        return Stream.of(
                target("the one who asked", "asker", "")
                        .when(take("c2", "k1", "tab1"))
                        .then(new Event.ToolClaimed("k1", ALICE, "tab1", 1, START + 4 + HOLD.toMillis())),
                target("another one than who asked", "asker", "")
                        .when(take("c2", "k1", "tab1").by(BOB))
                        .thenRefused(ErrorCode.NOT_TARGETED),
                target("the one who is named", "bob", "")
                        .when(take("c2", "k1", "tab1").by(BOB))
                        .then(new Event.ToolClaimed("k1", BOB, "tab1", 1, START + 4 + HOLD.toMillis())),
                target("another one than who is named", "bob", "")
                        .when(resultOf("c2", "k1", ""))
                        .thenRefused(ErrorCode.NOT_TARGETED),
                target("the device", "", "phone")
                        .when(Act.of("c2", new Command.ClaimTool("k1", "tab1", "phone")))
                        .then(new Event.ToolClaimed("k1", ALICE, "tab1", 1, START + 4 + HOLD.toMillis())),
                target("another device", "", "phone")
                        .when(Act.of("c2", new Command.ClaimTool("k1", "tab1", "desk")))
                        .thenRefused(ErrorCode.NOT_TARGETED),
                target("no device that is known", "", "phone")
                        .when(take("c2", "k1", "tab1"))
                        .thenRefused(ErrorCode.NOT_TARGETED),
                target("a result from nobody's device", "", "phone")
                        .when(resultOf("c2", "k1", "tab1"))
                        .thenRefused(ErrorCode.NOT_TARGETED));
    }

    @ParameterizedTest
    @MethodSource({"claims", "holders", "results", "targets"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    /** The ledger does not know heartbeats: one that is repeated late gives a tab no more time than it had. */
    @Test
    void a_repeated_heartbeat_harms_nobody() {
        Primary primary = new Primary(Limits.DEFAULT);
        Stream.of(RUNNING).forEach(primary::submit);
        primary.submit(produce("t1", 1, 1, clientCall("look")));
        primary.submit(take("c2", "k1", "tab1"));
        primary.submit(beat("b", "k1", "tab1").after(Duration.ofSeconds(5)));
        long until = until(primary);
        primary.submit(beat("b", "k1", "tab1").after(Duration.ofSeconds(-3)));
        assertEquals(until, until(primary), "an old clock takes nothing back");
        primary.submit(letGo("c3", "k1", "tab1"));
        assertEquals(
                Decision.refuse(ErrorCode.NOT_CLAIMED, "nobody has call k1: claim it"),
                primary.submit(beat("b", "k1", "tab1")));
        assertEquals(3, primary.state().ledger().freeForm().size(), "c1, c2 and c3");
    }

    private static long until(Primary primary) {
        return primary.state().call("k1").orElseThrow().claim().orElseThrow().until();
    }

    private static Scenario offered(String name) {
        return scenario(name).given(RUNNING).given(produce("t1", 1, 1, clientCall("look")));
    }

    private static Scenario target(String name, String user, String device) {
        return scenario(name).given(RUNNING).given(produce("t1", 1, 1, callFor(user, device)));
    }

    private static Map<String, String> first(String by, String decision, int act) {
        String at = Instant.ofEpochMilli(START + act).toString();
        return Map.of("decidedBy", by, "decision", decision, "at", at);
    }
}
