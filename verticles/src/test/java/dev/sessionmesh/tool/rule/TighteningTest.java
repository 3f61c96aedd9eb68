package dev.sessionmesh.tool.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalPolicy.When;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.ApprovalTerms.OnExpiry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A session can only ask for more than its node does. */
final class TighteningTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                NEVER  | NEVER  | NEVER
                NEVER  | RULE   | RULE
                NEVER  | ALWAYS | ALWAYS
                RULE   | NEVER  | RULE
                RULE   | RULE   | RULE
                RULE   | ALWAYS | ALWAYS
                ALWAYS | NEVER  | ALWAYS
                ALWAYS | RULE   | ALWAYS
                ALWAYS | ALWAYS | ALWAYS
                """)
    void either_can_ask_for_an_approval(When node, When session, When both) {
        assertEquals(
                both,
                Tightening.of(policy(node, plain()), policy(session, plain())).when());
    }

    @Test
    void two_rules_ask_where_either_does() {
        assertEquals(
                "{\"or\":[{\"==\":[1,1]},{\"==\":[1,1]}]}",
                Tightening.of(policy(When.RULE, plain()), policy(When.RULE, plain()))
                        .rule());
    }

    static Stream<Arguments> terms() {
        return Stream.of(
                row("more people", needed(2), needed(3), needed(3)),
                row("not fewer people", needed(3), needed(1), needed(3)),
                row("nobody named, somebody named", approvers(), approvers("user:a"), approvers("user:a")),
                row("somebody named, nobody named", approvers("role:x"), approvers(), approvers("role:x")),
                row(
                        "fewer of them",
                        approvers("role:x", "user:a", "user:b"),
                        approvers("user:b", "user:c"),
                        approvers("user:b")),
                row("none of them", approvers("role:x"), approvers("user:evil"), approvers("role:x")),
                row("separate", separate(false), separate(true), separate(true)),
                row("not together again", separate(true), separate(false), separate(true)),
                row("sooner", expires(5_000), expires(1_000), expires(1_000)),
                row("not later", expires(1_000), expires(5_000), expires(1_000)),
                row("a time where there was none", expires(0), expires(5_000), expires(5_000)),
                row("no longer the mesh's time", expires(5_000), expires(0), expires(5_000)),
                row("what then is the node's", then(OnExpiry.FAIL), then(OnExpiry.ASK), then(OnExpiry.FAIL)),
                row("reminders, sooner", remind(9_000), remind(3_000), remind(3_000)),
                row("an escalation of its own", escalate(0), escalate(3_000, "role:y"), escalate(3_000, "role:y")),
                row(
                        "not the node's escalation earlier or to others",
                        escalate(9_000, "role:x"),
                        escalate(3_000, "user:evil"),
                        escalate(9_000, "role:x")),
                row(
                        "no escalation past those whom the node named",
                        approvers("role:x"),
                        escalate(3_000, "user:evil"),
                        approvers("role:x")),
                row("a reason where there was none", reason(""), reason("s"), reason("s")),
                row("not another reason", reason("n"), reason("s"), reason("n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("terms")
    void the_stricter_term_holds(String name, ApprovalTerms node, ApprovalTerms session, ApprovalTerms both) {
        assertEquals(
                both,
                Tightening.of(policy(When.ALWAYS, node), policy(When.ALWAYS, session))
                        .terms());
        assertEquals(
                session,
                Tightening.of(policy(When.NEVER, plain()), policy(When.ALWAYS, session))
                        .terms(),
                "where the node asks for nothing, the session's terms are all there is");
        assertEquals(
                node,
                Tightening.of(policy(When.ALWAYS, node), policy(When.NEVER, plain()))
                        .terms(),
                "a session that says nothing changes nothing");
    }

    private static Arguments row(String name, ApprovalTerms node, ApprovalTerms session, ApprovalTerms both) {
        return Arguments.of(name, node, session, both);
    }

    private static ApprovalPolicy policy(When when, ApprovalTerms terms) {
        return new ApprovalPolicy(when, when == When.RULE ? "{\"==\":[1,1]}" : "", terms);
    }

    private static ApprovalTerms plain() {
        return needed(1);
    }

    private static ApprovalTerms needed(int people) {
        return new ApprovalTerms("", people, List.of(), false, 0, OnExpiry.FAIL, 0, 0, List.of());
    }

    private static ApprovalTerms approvers(String... people) {
        return new ApprovalTerms("", 1, List.of(people), false, 0, OnExpiry.FAIL, 0, 0, List.of());
    }

    private static ApprovalTerms separate(boolean duty) {
        return new ApprovalTerms("", 1, List.of(), duty, 0, OnExpiry.FAIL, 0, 0, List.of());
    }

    private static ApprovalTerms expires(long millis) {
        return new ApprovalTerms("", 1, List.of(), false, millis, OnExpiry.FAIL, 0, 0, List.of());
    }

    private static ApprovalTerms then(OnExpiry what) {
        return new ApprovalTerms("", 1, List.of(), false, 0, what, 0, 0, List.of());
    }

    private static ApprovalTerms remind(long millis) {
        return new ApprovalTerms("", 1, List.of(), false, 0, OnExpiry.FAIL, millis, 0, List.of());
    }

    private static ApprovalTerms escalate(long millis, String... to) {
        return new ApprovalTerms("", 1, List.of(), false, 0, OnExpiry.FAIL, 0, millis, List.of(to));
    }

    private static ApprovalTerms reason(String why) {
        return new ApprovalTerms(why, 1, List.of(), false, 0, OnExpiry.FAIL, 0, 0, List.of());
    }
}
