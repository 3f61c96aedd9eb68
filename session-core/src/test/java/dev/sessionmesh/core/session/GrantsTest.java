package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.ApprovalTerms.OnExpiry;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is approved beforehand, by whom, and for how long. */
class GrantsTest {
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};
    private static final ApprovalTerms ANYBODY = ApprovalTerms.DEFAULT;
    private static final ApprovalTerms LEADS = terms(1, List.of("role:lead"), false);
    private static final ApprovalTerms OTHERS = terms(1, List.of(), true);

    static Stream<Scenario> given() {
        return Stream.of(
                waiting("whoever approves may approve all that follow", ANYBODY)
                        .when(remember("c2", "k1").by(BOB))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                granted("g1", "pay", ANYBODY, BOB),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("and those of the tool that wait", ANYBODY)
                        .given(produce("t1", 1, 2, callOn(ANYBODY), callOn("mail", ANYBODY)))
                        .when(remember("c2", "k1").by(BOB))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                granted("g1", "pay", ANYBODY, BOB),
                                beforehand("k2", BOB, "g1")),
                waiting("but not those that he may not decide", ANYBODY)
                        .given(produce("t1", 1, 2, callOn(LEADS), callOn(terms(2, List.of(), false))))
                        .when(remember("c2", "k1").by(BOB))
                        .then(resolved("k1", ToolCall.Decision.APPROVED, BOB, ""), granted("g1", "pay", ANYBODY, BOB)),
                waiting("nor his own doing, where duties are separate", ANYBODY)
                        .given(produce("t1", 1, 2, callOn(OTHERS)))
                        .when(remember("c2", "k1"))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, ALICE, ""),
                                granted("g1", "pay", ANYBODY, ALICE)),
                waiting("several calls of a tool make one grant", ANYBODY)
                        .given(produce("t1", 1, 2, callOn(ANYBODY)))
                        .when(remember("c2", "k1", "k2").by(BOB))
                        .then(
                                resolved("k1", ToolCall.Decision.APPROVED, BOB, ""),
                                granted("g1", "pay", ANYBODY, BOB),
                                beforehand("k2", BOB, "g1"),
                                status("t1", 1, TurnStatus.IN_PROGRESS)),
                waiting("what takes two is not approved beforehand", terms(2, List.of(), false))
                        .when(remember("c2", "k1"))
                        .thenRefused(ErrorCode.BAD_FIELD),
                waiting("a delegate decides one call", LEADS)
                        .given(delegate("c2", "k1", "eve").by(BOB, "lead"))
                        .when(remember("c3", "k1").by(EVE))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("whoever may not decide grants nothing", LEADS)
                        .when(remember("c2", "k1").by(BOB))
                        .thenRefused(ErrorCode.NOT_AN_APPROVER),
                waiting("grants have a bound, together", ANYBODY)
                        .under(Small.LIMITS)
                        .given(produce("t1", 1, 2, callOn("mail", ANYBODY), callOn("call", ANYBODY)))
                        .when(remember("c2", "k1", "k2", "k3"))
                        .thenRefused(ErrorCode.QUEUE_FULL));
    }

    static Stream<Scenario> used() {
        return Stream.of(
                remembered("the next call waits for nobody", ANYBODY, BOB)
                        .when(produce("t1", 1, 2, callOn(ANYBODY)))
                        .then(called("k2", "pay"), requested("k2", ANYBODY), beforehand("k2", BOB, "g1")),
                remembered("a role's grant holds for what that role decides", LEADS, BOB, "lead")
                        .when(produce("t1", 1, 2, callOn(LEADS)))
                        .then(called("k2", "pay"), requested("k2", LEADS), beforehand("k2", BOB, "g1")),
                remembered("a grant on other terms does not", ANYBODY, BOB)
                        .when(produce("t1", 1, 2, callOn(LEADS)))
                        .then(
                                called("k2", "pay"),
                                requested("k2", LEADS),
                                status("t1", 1, TurnStatus.AWAITING_APPROVAL)),
                remembered("nor one of another tool", ANYBODY, BOB)
                        .when(produce("t1", 1, 2, callOn("mail", ANYBODY)))
                        .then(
                                called("k2", "mail"),
                                requested("k2", "mail", ANYBODY),
                                status("t1", 1, TurnStatus.AWAITING_APPROVAL)),
                remembered("nor for the doing of the one who gave it, where duties are separate", OTHERS, BOB)
                        .given(
                                produce("t1", 1, 2, completed()),
                                input("c3", "my own").by(BOB),
                                claim("t2", 0, 0, N1))
                        .when(produce("t2", 1, 1, callOn(OTHERS)))
                        .then(
                                called("t2", "k2", "pay", 8),
                                new Event.ApprovalRequested(
                                        "t2",
                                        "k2",
                                        "pay",
                                        Payload.of("{}"),
                                        NO_ARGUMENTS,
                                        "bob",
                                        OTHERS,
                                        START + 8 + 86_400_000),
                                status("t2", 1, TurnStatus.AWAITING_APPROVAL)),
                remembered("a revoked one holds no more", ANYBODY, BOB)
                        .given(revoke("c3", "g1"))
                        .when(produce("t1", 1, 2, callOn(ANYBODY)))
                        .then(
                                calledAt("k2", "pay", 6),
                                requestedAt("k2", "pay", ANYBODY, 6),
                                status("t1", 1, TurnStatus.AWAITING_APPROVAL)),
                remembered("revoked", ANYBODY, BOB)
                        .when(revoke("c3", "g1").by(CAROL))
                        .then(new Event.GrantRevoked("g1", CAROL)),
                remembered("revoked twice", ANYBODY, BOB)
                        .given(revoke("c3", "g1"))
                        .when(revoke("c4", "g1"))
                        .thenRefused(ErrorCode.GRANT_NOT_FOUND),
                scenario("a grant that never was").when(revoke("c1", "g1")).thenRefused(ErrorCode.GRANT_NOT_FOUND));
    }

    @ParameterizedTest
    @MethodSource({"given", "used"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    private static Scenario waiting(String name, ApprovalTerms terms) {
        return scenario(name).given(RUNNING).given(produce("t1", 1, 1, callOn(terms)));
    }

    private static Scenario remembered(String name, ApprovalTerms terms, Actor by, String... roles) {
        return waiting(name, terms).given(remember("c2", "k1").by(by, roles));
    }

    private static ApprovalTerms terms(int needed, List<String> approvers, boolean separate) {
        return new ApprovalTerms("", needed, approvers, separate, 0, OnExpiry.FAIL, 0, 0, List.of());
    }

    private static Event granted(String grant, String tool, ApprovalTerms terms, Actor by) {
        return new Event.ToolGranted(grant, tool, terms.deciders(), by);
    }

    private static Event beforehand(String call, Actor by, String grant) {
        return new Event.ApprovalResolved(call, ToolCall.Decision.APPROVED, by, "", NO_ARGUMENTS, grant);
    }

    private static Event called(String call, String tool) {
        return calledAt(call, tool, 5);
    }

    private static Event calledAt(String call, String tool, int act) {
        return called("t1", call, tool, act);
    }

    private static Event called(String turn, String call, String tool, int act) {
        return new Event.ToolCalled(
                turn,
                call,
                tool,
                Payload.of("{}"),
                Executor.SERVER,
                ToolCall.Recovery.REPORT,
                Target.ANY,
                true,
                START + act + 86_400_000);
    }

    private static Event requested(String call, ApprovalTerms terms) {
        return requested(call, "pay", terms);
    }

    private static Event requested(String call, String tool, ApprovalTerms terms) {
        return requestedAt(call, tool, terms, 5);
    }

    private static Event requestedAt(String call, String tool, ApprovalTerms terms, int act) {
        return new Event.ApprovalRequested(
                "t1", call, tool, Payload.of("{}"), NO_ARGUMENTS, "alice", terms, START + act + 86_400_000);
    }
}
