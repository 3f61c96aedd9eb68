package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.ApprovalTerms.OnExpiry;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who decides about a call that waits, how many of them, and about which arguments. */
class ApprovalRulesTest {
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};
    private static final String OTHER = Payload.of("{\"n\":1}").hash();

    private static final ApprovalTerms TWO = terms(2, List.of(), false);
    private static final ApprovalTerms LEADS = terms(1, List.of("role:lead", "user:carol"), false);
    private static final ApprovalTerms OTHERS = terms(1, List.of(), true);

    static Stream<Scenario> several() {
        return Stream.of(
                waiting("the first of two votes, and the call goes on waiting", TWO)
                        .when(approve("c2", "k1"))
                        .then(new Event.ApprovalVoted("k1", ALICE, NO_ARGUMENTS, 1, 2)),
                waiting("the second of two decides", TWO)
                        .given(approve("c2", "k1"))
                        .when(approve("c3", "k1").by(BOB))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("nobody votes twice", TWO)
                        .given(approve("c2", "k1"))
                        .when(approve("c3", "k1"))
                        .thenRefused(ErrorCode.ALREADY_VOTED),
                waiting("nobody votes twice by giving the arguments that are there", terms(3, List.of(), false))
                        .given(approve("c2", "k1"))
                        .when(approveWith("c3", "k1", "{}"))
                        .thenRefused(ErrorCode.ALREADY_VOTED),
                waiting("a vote that is sent again is the same vote", TWO)
                        .given(approve("c2", "k1"))
                        .when(approve("c2", "k1"))
                        .thenRepeats(7, 7),
                waiting("one rejection is enough", TWO)
                        .given(approve("c2", "k1"))
                        .when(reject("c3", "k1", "no").by(BOB))
                        .then(
                                resolved("k1", ToolCall.Decision.REJECTED, BOB, "no"),
                                new Event.ToolResulted("k1", ToolCall.Outcome.REJECTED, Payload.of("no"), BOB),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("whoever approved may still reject", TWO)
                        .given(approve("c2", "k1"))
                        .when(reject("c3", "k1", ""))
                        .then(
                                resolved("k1", ToolCall.Decision.REJECTED, ALICE, ""),
                                new Event.ToolResulted("k1", ToolCall.Outcome.REJECTED, Payload.EMPTY, ALICE),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("the third of two learns who was last", TWO)
                        .given(approve("c2", "k1"), approve("c3", "k1").by(BOB))
                        .when(approve("c4", "k1").by(CAROL))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "approved", 5)));
    }

    static Stream<Scenario> people() {
        return Stream.of(
                waiting("one of the role approves", LEADS)
                        .when(approve("c2", "k1").by(BOB, "dev", "lead"))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("one who is named approves", LEADS)
                        .when(approve("c2", "k1").by(CAROL))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, CAROL, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("another one does not", LEADS)
                        .when(approve("c2", "k1").by(BOB, "dev"))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("nor does he reject", LEADS)
                        .when(reject("c2", "k1", "no").by(BOB))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("a user is no role of the same name", terms(1, List.of("role:bob"), false))
                        .when(approve("c2", "k1").by(BOB))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("a role is no user of the same name", terms(1, List.of("user:lead"), false))
                        .when(approve("c2", "k1").by(BOB, "lead"))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("whoever asked for the turn may not decide where duties are separate", OTHERS)
                        .when(approve("c2", "k1"))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("not even as one of those named", terms(1, List.of("user:alice", "role:lead"), true))
                        .when(approve("c2", "k1").by(ALICE, "lead"))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("somebody else may", OTHERS)
                        .when(approve("c2", "k1").by(BOB))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("a vote counts though its voter lost the role", terms(2, List.of("role:lead"), false))
                        .given(approve("c2", "k1").by(BOB, "lead"))
                        .when(approve("c3", "k1").by(CAROL, "lead"))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, CAROL, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("whoever lost the role decides no more", terms(2, List.of("role:lead"), false))
                        .given(approve("c2", "k1").by(BOB, "lead"))
                        .when(reject("c3", "k1", "").by(BOB))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER));
    }

    static Stream<Scenario> arguments() {
        return Stream.of(
                waiting("a decision about the arguments that are there", ApprovalTerms.DEFAULT)
                        .when(approveHash("c2", "k1", NO_ARGUMENTS))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, ALICE, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("a decision about other arguments", ApprovalTerms.DEFAULT)
                        .when(approveHash("c2", "k1", OTHER))
                        .thenRefused(ErrorCode.ARGUMENTS_CHANGED, Map.of("argumentsHash", NO_ARGUMENTS)),
                waiting("an edit is approved with it", ApprovalTerms.DEFAULT)
                        .when(approveWith("c2", "k1", "{\"n\":1}"))
                        .then(
                                new Event.ApprovalEdited("k1", ALICE, Payload.of("{\"n\":1}"), OTHER, NO_ARGUMENTS),
                                decided(ToolCall.Decision.APPROVED, ALICE, OTHER),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("the same arguments are no edit", ApprovalTerms.DEFAULT)
                        .when(approveWith("c2", "k1", "{}"))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, ALICE, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("an edit makes votes void, its author's own included", terms(3, List.of(), false))
                        .given(approve("c2", "k1"), approve("c3", "k1").by(BOB))
                        .when(approveWith("c4", "k1", "{\"n\":1}"))
                        .then(
                                new Event.ApprovalEdited("k1", ALICE, Payload.of("{\"n\":1}"), OTHER, NO_ARGUMENTS),
                                new Event.ApprovalVoted("k1", ALICE, OTHER, 1, 3)),
                waiting("whoever had voted votes again after an edit", TWO)
                        .given(
                                approve("c2", "k1"),
                                approveWith("c3", "k1", "{\"n\":1}").by(BOB))
                        .when(approve("c4", "k1"))
                        .then(
                                decided(ToolCall.Decision.APPROVED, ALICE, OTHER),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("a vote for what was edited meanwhile is told so", TWO)
                        .given(approveWith("c2", "k1", "{\"n\":1}").by(BOB))
                        .when(approveHash("c3", "k1", NO_ARGUMENTS))
                        .thenRefused(ErrorCode.ARGUMENTS_CHANGED, Map.of("argumentsHash", OTHER)),
                waiting("an edit by somebody who may not decide", LEADS)
                        .when(approveWith("c2", "k1", "{\"n\":1}").by(BOB))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER));
    }

    static Stream<Scenario> delegates() {
        return Stream.of(
                waiting("whoever may decide lets another one", LEADS)
                        .when(delegate("c2", "k1", "eve").by(CAROL))
                        .then(new Event.ApprovalDelegated("k1", CAROL, "eve")),
                waiting("who then decides", LEADS)
                        .given(delegate("c2", "k1", "eve").by(CAROL))
                        .when(approve("c3", "k1").by(EVE))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, EVE, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("or delegates on", LEADS)
                        .given(delegate("c2", "k1", "eve").by(CAROL))
                        .when(delegate("c3", "k1", "bob").by(EVE))
                        .then(new Event.ApprovalDelegated("k1", EVE, "bob")),
                waiting("a delegate who is one already makes no event", LEADS)
                        .given(delegate("c2", "k1", "eve").by(CAROL))
                        .when(delegate("c3", "k1", "eve").by(CAROL))
                        .thenNothing(),
                waiting("whoever may not decide delegates nothing", LEADS)
                        .when(delegate("c2", "k1", "eve").by(BOB))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("nobody keeps his role by delegating to himself", LEADS)
                        .when(delegate("c2", "k1", "bob").by(BOB, "lead"))
                        .thenRefused(ErrorCode.BAD_FIELD),
                waiting("nobody lets the one decide who asked, where duties are separate", OTHERS)
                        .when(delegate("c2", "k1", "alice").by(BOB))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("delegates have a bound", LEADS)
                        .under(Small.LIMITS)
                        .given(
                                delegate("c2", "k1", "a").by(CAROL),
                                delegate("c3", "k1", "b").by(CAROL),
                                delegate("c4", "k1", "c").by(CAROL))
                        .when(delegate("c5", "k1", "d").by(CAROL))
                        .thenRefused(ErrorCode.QUEUE_FULL),
                waiting("what is decided is delegated no more", ApprovalTerms.DEFAULT)
                        .given(approve("c2", "k1").by(BOB))
                        .when(delegate("c3", "k1", "eve"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "approved", 4)),
                scenario("a call without approval is delegated to nobody")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("look")))
                        .when(delegate("c2", "k1", "eve"))
                        .thenRefused(ErrorCode.WRONG_STATE),
                scenario("nor is one that never was")
                        .given(RUNNING)
                        .when(delegate("c2", "k9", "eve"))
                        .thenRefused(ErrorCode.CALL_NOT_FOUND));
    }

    static Stream<Scenario> together() {
        return Stream.of(
                waiting("several calls are decided at once, each once", ApprovalTerms.DEFAULT)
                        .given(produce("t1", 1, 2, callOn("mail", ApprovalTerms.DEFAULT)))
                        .when(approveAll("c2", "k1", "k2", "k1").by(BOB))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                resolved("k2", ToolCall.Decision.APPROVED, BOB, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("when one of them can't be decided, none is", ApprovalTerms.DEFAULT)
                        .given(produce("t1", 1, 2, callOn("mail", LEADS)))
                        .when(approveAll("c2", "k1", "k2").by(BOB))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("when one of them was decided, the others wait on", ApprovalTerms.DEFAULT)
                        .given(
                                produce("t1", 1, 2, callOn("mail", ApprovalTerms.DEFAULT)),
                                approve("c2", "k2").by(BOB))
                        .when(approveAll("c3", "k1", "k2"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, first("bob", "approved", 5)),
                scenario("a call that its tool's names would make too big ends the turn")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, callOn(wordy()), callOn(wordy())))
                        .when(produce("t1", 1, 2, callOn(wordy())))
                        .then(
                                resolved("k1", ToolCall.Decision.CANCELLED, Actor.SYSTEM, ""),
                                resolved("k2", ToolCall.Decision.CANCELLED, Actor.SYSTEM, ""),
                                ended(
                                        "t1",
                                        1,
                                        TurnStatus.FAILED,
                                        "too_many_calls",
                                        "the calls that wait for approval name too many people",
                                        Actor.SYSTEM)));
    }

    static Stream<Scenario> time() {
        ApprovalTerms brief = timed(60_000, OnExpiry.SKIP, 0, 0);
        ApprovalTerms reminds = timed(0, OnExpiry.FAIL, 10_000, 0);
        ApprovalTerms escalates = timed(0, OnExpiry.FAIL, 0, 20_000);
        Event skipped = new Event.ToolResulted(
                "k1", ToolCall.Outcome.REJECTED, Payload.of("nobody decided in time: go on without it"), Actor.SYSTEM);
        return Stream.of(
                waiting("what nobody decides is left out, when its terms say so", brief)
                        .when(expire().after(Duration.ofMillis(60_000)))
                        .then(
                                resolved("k1", ToolCall.Decision.EXPIRED, Actor.SYSTEM, ""),
                                skipped,
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("and not a millisecond early", brief)
                        .when(expire().after(Duration.ofMillis(59_999)))
                        .thenNothing(),
                waiting("a decision in the last moment counts", brief)
                        .when(approve("c2", "k1").after(Duration.ofMillis(59_999)))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, ALICE, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("one after it does not, though nobody has looked yet", brief)
                        .when(approve("c2", "k1").after(Duration.ofMillis(60_000)))
                        .thenRefused(ErrorCode.TOO_LATE),
                waiting("nor is it delegated then", brief)
                        .when(delegate("c2", "k1", "eve").after(Duration.ofMillis(60_000)))
                        .thenRefused(ErrorCode.TOO_LATE),
                waiting("one that comes too late learns what became of it", brief)
                        .given(expire().after(Duration.ofMillis(60_000)))
                        .when(approve("c2", "k1"))
                        .thenRefused(ErrorCode.ALREADY_DECIDED, firstAt("system", "expired", 3 + 60_000)),
                waiting("the model asks how to go on, when its terms say so", timed(60_000, OnExpiry.ASK, 0, 0))
                        .when(expire().after(Duration.ofMillis(60_000)))
                        .then(
                                resolved("k1", ToolCall.Decision.EXPIRED, Actor.SYSTEM, ""),
                                new Event.ToolResulted(
                                        "k1",
                                        ToolCall.Outcome.REJECTED,
                                        Payload.of("nobody decided in time: ask how to proceed"),
                                        Actor.SYSTEM),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("a reminder in time", reminds)
                        .when(expire().after(Duration.ofMillis(10_000)))
                        .then(new Event.ApprovalReminded("k1", 1)),
                waiting("and not a millisecond early", reminds)
                        .when(expire().after(Duration.ofMillis(9_999)))
                        .thenNothing(),
                waiting("one reminder however long nobody looked", reminds)
                        .when(expire().after(Duration.ofMillis(39_999)))
                        .then(new Event.ApprovalReminded("k1", 3)),
                waiting("the next reminder has its own time", reminds)
                        .given(expire().after(Duration.ofMillis(39_999)))
                        .when(expire().after(Duration.ofMillis(1)))
                        .then(new Event.ApprovalReminded("k1", 4)),
                waiting("reminders end", reminds)
                        .given(expire().after(Duration.ofMillis(10_000_000)))
                        .when(expire().after(Duration.ofMillis(10_000_000)))
                        .thenNothing(),
                waiting("an escalation in time", escalates)
                        .when(expire().after(Duration.ofMillis(20_000)))
                        .then(new Event.ApprovalEscalated("k1", List.of("role:boss"))),
                waiting("and once", escalates)
                        .given(expire().after(Duration.ofMillis(20_000)))
                        .when(expire().after(Duration.ofMillis(20_000)))
                        .thenNothing(),
                waiting("those it is escalated to may not decide before", escalates)
                        .when(approve("c2", "k1").by(EVE, "boss").after(Duration.ofMillis(20_000)))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("and may then", escalates)
                        .given(expire().after(Duration.ofMillis(20_000)))
                        .when(approve("c2", "k1").by(EVE, "boss"))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, EVE, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("as those who might before", escalates)
                        .given(expire().after(Duration.ofMillis(20_000)))
                        .when(approve("c2", "k1").by(BOB, "lead"))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                status("t1", 1, TurnStatus.IN_PROGRESS)));
    }

    @ParameterizedTest
    @MethodSource({"several", "people", "arguments", "delegates", "together", "time"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    private static Scenario waiting(String name, ApprovalTerms terms) {
        return scenario(name).given(RUNNING).given(produce("t1", 1, 1, callOn(terms)));
    }

    private static ApprovalTerms terms(int needed, List<String> approvers, boolean separate) {
        return new ApprovalTerms("", needed, approvers, separate, 0, OnExpiry.FAIL, 0, 0, List.of());
    }

    private static ApprovalTerms timed(long expires, OnExpiry onExpiry, long reminds, long escalates) {
        List<String> to = escalates > 0 ? List.of("role:boss") : List.of();
        List<String> approvers = escalates > 0 ? List.of("role:lead") : List.of();
        return new ApprovalTerms("", 1, approvers, false, expires, onExpiry, reminds, escalates, to);
    }

    private static ApprovalTerms wordy() {
        return new ApprovalTerms("x".repeat(6_000), 1, List.of(), false, 0, OnExpiry.FAIL, 0, 0, List.of());
    }

    private static Event decided(ToolCall.Decision decision, Actor by, String hash) {
        return new Event.ApprovalResolved("k1", decision, by, "", hash, "");
    }

    private static Map<String, String> first(String by, String decision, int act) {
        return firstAt(by, decision, act);
    }

    private static Map<String, String> firstAt(String by, String decision, long millis) {
        String at = Instant.ofEpochMilli(START + millis).toString();
        return Map.of("decidedBy", by, "decision", decision, "at", at);
    }
}
