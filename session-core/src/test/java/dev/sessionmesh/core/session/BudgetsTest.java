package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Scenario.scenario;
import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.Budget.Bounds;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a turn and a session may spend, and that it is seen when that is used up. */
class BudgetsTest {
    private static final Act[] RUNNING = {input("c1", "one"), claim("t1", 0, 0, N1)};
    private static final Usage NOTHING_COUNTED = Usage.UNKNOWN;

    static Stream<Scenario> ofTurns() {
        return Stream.of(
                turn("tokens are counted by pieces until the provider counts them", upTo(3))
                        .when(produce("t1", 1, 1, text("a", "b", "c")))
                        .then(tokens("t1", "m1", "a", "b", "c"), overspent("t1", 1, "tokens: 3", NOTHING_COUNTED)),
                turn("one less is not too much", upTo(4))
                        .when(produce("t1", 1, 1, text("a", "b", "c")))
                        .then(tokens("t1", "m1", "a", "b", "c")),
                turn("then the provider's count is what counts", upTo(6))
                        .given(produce("t1", 1, 1, text("a", "b", "c"), stepEnded(1, 1)))
                        .when(produce("t1", 1, 2, text("d", "e", "f")))
                        .then(tokens("t1", "m2", "d", "e", "f")),
                turn("of all steps together", upTo(6))
                        .given(produce("t1", 1, 1, stepEnded(2, 1)))
                        .when(produce("t1", 1, 2, stepEnded(2, 1)))
                        .then(
                                new Event.StepEnded("t1", 2, new Usage(2, 1)),
                                overspent("t1", 1, "tokens: 6", new Usage(4, 2))),
                turn("a provider that counts too much counts as too much", upTo(6))
                        .given(produce("t1", 1, 1, stepEnded(2, 1)))
                        .when(produce("t1", 1, 2, stepEnded(Long.MAX_VALUE, Long.MAX_VALUE)))
                        .then(
                                new Event.StepEnded("t1", 2, new Usage(Usage.MOST, Usage.MOST)),
                                overspent("t1", 1, "tokens: 6", new Usage(Usage.MOST, Usage.MOST))),
                turn("one that counts less than nothing counts nothing", upTo(6))
                        .when(produce("t1", 1, 1, stepEnded(-5, -7)))
                        .then(new Event.StepEnded("t1", 1, new Usage(0, 0))),
                turn("costs are counted at the price of tokens", new Bounds(0, 5, 0, 0))
                        .when(produce("t1", 1, 1, stepEnded(1, 2)))
                        .then(
                                new Event.StepEnded("t1", 1, new Usage(1, 2)),
                                overspent("t1", 1, "costs: 5", new Usage(1, 2))),
                turn("a turn that ends with its last token has ended", upTo(3))
                        .when(produce("t1", 1, 1, text("a", "b", "c"), completed()))
                        .then(tokens("t1", "m1", "a", "b", "c"), ended("t1", 1, TurnStatus.COMPLETED, Actor.SYSTEM)),
                turn("the calls that it may make", new Bounds(0, 0, 0, 1))
                        .given(produce("t1", 1, 1, serverCall("a")))
                        .when(produce("t1", 1, 2, serverCall("b")))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.CANCELLED, Payload.EMPTY, Actor.SYSTEM),
                                overspent("t1", 1, "tool calls: 1", NOTHING_COUNTED)),
                turn("calls that can't be made count", new Bounds(0, 0, 0, 1))
                        .given(produce("t1", 1, 1, new Output.CallRefused("a", Payload.of("{}"), "no such tool")))
                        .when(produce("t1", 1, 2, serverCall("b")))
                        .then(overspent("t1", 1, "tool calls: 1", NOTHING_COUNTED)),
                turn("its time, from the first runner on", new Bounds(0, 0, 60_000, 0))
                        .given(claim("t1", 1, 1, N2).after(Duration.ofSeconds(30)))
                        .when(expire().after(Duration.ofSeconds(30)))
                        .then(overspent("t1", 2, "milliseconds: 60000", NOTHING_COUNTED)),
                turn("and not a millisecond less", new Bounds(0, 0, 60_000, 0))
                        .when(expire().after(Duration.ofMillis(59_999)))
                        .thenNothing(),
                turn("also while it waits for people", new Bounds(0, 0, 60_000, 0))
                        .given(produce("t1", 1, 1, serverCallToApprove("pay")))
                        .when(expire().after(Duration.ofSeconds(60)))
                        .then(
                                resolved("k1", ToolCall.Decision.CANCELLED, Actor.SYSTEM, ""),
                                overspent("t1", 1, "milliseconds: 60000", NOTHING_COUNTED)),
                scenario("what waits for its runner spends no time")
                        .of(profile(new Budget(new Bounds(0, 0, 60_000, 0), Bounds.NONE, 0, 0)))
                        .given(input("c1", "one"))
                        .when(expire().after(Duration.ofMinutes(10)))
                        .thenNothing(),
                scenario("runs of the model have a bound of their own")
                        .under(Small.LIMITS)
                        .given(RUNNING)
                        .given(produce("t1", 1, 1, stepEnded(1, 1), stepEnded(1, 1), stepEnded(1, 1)))
                        .when(produce("t1", 1, 2, stepEnded(1, 1)))
                        .then(
                                new Event.StepEnded("t1", 4, new Usage(1, 1)),
                                new Event.TurnEnded(
                                        "t1",
                                        1,
                                        TurnStatus.FAILED,
                                        "too_many_steps",
                                        "the model was run 4 times",
                                        Actor.SYSTEM,
                                        new Usage(4, 4))));
    }

    static Stream<Scenario> ofSessions() {
        Act[] spent = {
            produce("t1", 1, 1, stepEnded(2, 2), new Output.End(TurnStatus.COMPLETED, "", "", new Usage(1, 1)))
        };
        return Stream.of(
                session("the turns of a session together", upTo(10))
                        .given(spent)
                        .given(input("c2", "two"), claim("t2", 0, 0, N1))
                        .when(produce("t2", 1, 1, text("a", "b", "c", "d")))
                        .then(
                                tokens("t2", "m1", "a", "b", "c", "d"),
                                overspent("t2", 1, "tokens: 10", NOTHING_COUNTED)),
                session("nothing is taken in any more", upTo(6))
                        .given(spent)
                        .when(input("c2", "two"))
                        .thenRefused(ErrorCode.BUDGET_EXCEEDED),
                session("nor done again", upTo(6))
                        .given(spent)
                        .when(regenerate("c2", "t1"))
                        .thenRefused(ErrorCode.BUDGET_EXCEEDED),
                session("as long as something is left, it is", upTo(7))
                        .given(spent)
                        .when(input("c2", "two"))
                        .then(said("u2", "c2", "t2", "two", ALICE), new Event.TurnReceived("t2", "c2", ALICE)),
                session("what waits does not start either, and the one that spent ended last", upTo(6))
                        .given(input("c2", "two"), input("c3", "three"))
                        .when(produce("t1", 1, 1, stepEnded(3, 3)))
                        .then(
                                new Event.StepEnded("t1", 1, new Usage(3, 3)),
                                overspent("t2", 0, "tokens: 6", NOTHING_COUNTED),
                                overspent("t3", 0, "tokens: 6", NOTHING_COUNTED),
                                overspent("t1", 1, "tokens: 6", new Usage(3, 3))),
                session("an input that nobody heard does not come back then", upTo(6))
                        .given(input("c2", "two", InputPolicy.STEER))
                        .when(produce("t1", 1, 1, stepEnded(3, 3)))
                        .then(
                                new Event.StepEnded("t1", 1, new Usage(3, 3)),
                                new Event.SteerResolved("t1", "s1", false, 0),
                                overspent("t1", 1, "tokens: 6", new Usage(3, 3))),
                session("the calls of all turns", new Bounds(0, 0, 0, 1))
                        .given(produce("t1", 1, 1, serverCall("a")))
                        .when(produce("t1", 1, 2, serverCall("b")))
                        .then(
                                new Event.ToolResulted("k1", ToolCall.Outcome.CANCELLED, Payload.EMPTY, Actor.SYSTEM),
                                overspent("t1", 1, "tool calls: 1", NOTHING_COUNTED)));
    }

    @ParameterizedTest
    @MethodSource({"ofTurns", "ofSessions"})
    void rule(Scenario scenario) {
        scenario.check();
    }

    @Test
    void a_turns_end_says_what_all_its_steps_cost() {
        Primary primary = new Primary(Limits.DEFAULT);
        Stream.of(RUNNING).forEach(primary::submit);
        primary.submit(produce("t1", 1, 1, text("a"), stepEnded(10, 1), serverCall("look")));
        primary.submit(produce("t1", 1, 2, started("k1"), finished("k1", "x"), text("b", "c")));
        primary.submit(produce("t1", 1, 3, new Output.StepEnded(Usage.UNKNOWN), text("d")));
        primary.submit(produce("t1", 1, 4, new Output.End(TurnStatus.COMPLETED, "", "", new Usage(20, 3))));
        Event.TurnEnded end = (Event.TurnEnded) primary.log().getLast().events().getLast();
        assertEquals(new Usage(30, 6), end.usage(), "10 and 20; 1, two pieces that nobody counted, and 3");
        assertEquals(new Spent(3, 30, 6, 0, 1), primary.state().spent());
    }

    @Test
    void a_turn_that_never_began_ran_no_model() {
        Primary primary = new Primary(Limits.DEFAULT);
        primary.submit(input("c1", "one"));
        primary.submit(withdraw("c2", "t1"));
        assertEquals(Spent.NOTHING, primary.state().spent());
    }

    @Test
    void costs_are_rounded_up_and_never_overflow() {
        Budget budget = new Budget(Bounds.NONE, Bounds.NONE, 1, Budget.MAX_PRICE);
        assertEquals(1, budget.cost(1, 0));
        assertEquals(1_000, budget.cost(0, 1));
        assertEquals(1_000_000_001_000L, budget.cost(Usage.MOST, Usage.MOST));
    }

    @Test
    void sums_of_usages_stay_in_range() {
        Usage most = new Usage(Long.MAX_VALUE, Long.MIN_VALUE);
        assertEquals(new Usage(Usage.MOST, 0), most);
        assertEquals(new Usage(Usage.MOST, 0), most.plus(most));
        assertEquals(new Usage(-1, -1), Usage.UNKNOWN);
        assertEquals(new Usage(0, 5), new Usage(-1, 5));
    }

    private static Bounds upTo(long most) {
        return new Bounds(most, 0, 0, 0);
    }

    private static Scenario turn(String name, Bounds bounds) {
        return scenario(name)
                .of(profile(new Budget(bounds, Bounds.NONE, 1_000_000, 2_000_000)))
                .given(RUNNING);
    }

    private static Scenario session(String name, Bounds bounds) {
        return scenario(name).of(profile(new Budget(Bounds.NONE, bounds, 0, 0))).given(RUNNING);
    }

    private static Profile profile(Budget budget) {
        return new Profile("scripted:test", "", "", List.of(), Map.of(), InputPolicy.ENQUEUE, budget);
    }

    private static Event overspent(String turn, int epoch, String what, Usage usage) {
        return new Event.TurnEnded(turn, epoch, TurnStatus.FAILED, "budget_exceeded", what, Actor.SYSTEM, usage);
    }
}
