package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.Position;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What follows from the loss of a writer: another history, and calls in doubt. */
class ForkTest {
    private static final Event.Forked FORK = new Event.Forked(99);
    private static final Act[] RUNNING = {input("c1", "hello"), claim("t1", 0, 0, N1)};
    private static final Event IN_DOUBT =
            new Event.ToolResulted("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM);

    private final Session session = new Session(Limits.DEFAULT);
    private final Primary primary = new Primary(Limits.DEFAULT);

    private Envelope envelope(Act act) {
        return act.envelope(primary.state().key(), primary.now());
    }

    @Test
    void a_fork_comes_before_the_events_of_the_command_and_is_not_one_of_them() {
        primary.submit(input("c1", "hello"));
        State before = primary.state();
        Envelope next = envelope(input("c2", "and now"));
        Decision.Accepted accepted = assertInstanceOf(Decision.Accepted.class, session.decide(before, next, FORK));
        assertEquals(FORK, accepted.events().getFirst());
        Change change = Change.of(before, next, accepted.events());
        assertEquals(4, change.from(before.head()), "1 and 2 are the first input's, 3 is the fork");
        State after = session.apply(before, change);
        assertEquals(99, after.lineage().current());
        assertEquals(99, after.lineage().at(3));
        assertEquals(before.lineage().current(), after.lineage().at(2));
        assertEquals(2, after.lineage().common(new Position(before.lineage().current(), 7)));
        assertEquals(new Decision.Duplicate(4, 5), session.decide(after, next), "repeated, it is answered as then");
    }

    @Test
    void nothing_forks_where_nothing_happens() {
        Stream.of(RUNNING).forEach(primary::submit);
        State before = primary.state();
        assertEquals(
                new Decision.Accepted(List.of()), session.decide(before, envelope(renew("t1", 1)), FORK), "counters");
        assertInstanceOf(Decision.Refused.class, session.decide(before, envelope(renew("t1", 7)), FORK));
        assertInstanceOf(Decision.Duplicate.class, session.decide(before, envelope(input("c1", "hello")), FORK));
    }

    static Stream<Scenario> doubts() {
        return Stream.of(
                Scenario.scenario("an open approval that another side decided is not asked for again")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .when(doubt("k1"))
                        .then(
                                Words.resolved("k1", ToolCall.Decision.CANCELLED, Actor.SYSTEM, "in_doubt"),
                                IN_DOUBT,
                                new Event.TurnStatusChanged("t1", 1, TurnStatus.IN_PROGRESS)),
                Scenario.scenario("a call that another side started is not started here")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("mail")))
                        .when(doubt("k1"))
                        .then(IN_DOUBT),
                Scenario.scenario("a front-end call that another side answered is over")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, clientCall("look")))
                        .when(doubt("k1"))
                        .then(IN_DOUBT, new Event.TurnStatusChanged("t1", 1, TurnStatus.IN_PROGRESS)),
                Scenario.scenario("what is settled stays settled")
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, serverCall("mail"), started("k1"), finished("k1", "1")))
                        .when(doubt("k1"))
                        .thenNothing(),
                Scenario.scenario("a call of the other side alone is nothing here")
                        .given(RUNNING)
                        .when(doubt("k9"))
                        .thenNothing());
    }

    @ParameterizedTest
    @MethodSource
    void doubts(Scenario scenario) {
        scenario.check();
    }

    private static Act doubt(String... calls) {
        return Act.internal(new Command.Doubt(List.of(calls)));
    }
}
