package dev.sessionmesh.chaos.check;

import java.util.List;

/** One promise, checked in a single pass; an empty answer means kept. */
public interface Checker {

    /** The promise, as a sentence. */
    String promise();

    /** Each way in which the run broke it. */
    List<String> problems(Evidence evidence);

    /** Those that a report also counts by. */
    Checker TABS_EQUAL_THE_LOG = new TabsEqualTheLog();

    Checker ACKNOWLEDGED_STAYS = new AcknowledgedStays();
    Checker NOTHING_INVENTED = new NothingInvented();
    Checker ONE_DECISION = new OneDecision();
    Checker FRONT_END_TOOLS_ONCE = new FrontEndToolsOnce();
    Checker ONE_RUNNER = new OneRunner();

    /** Every promise there is. */
    static List<Checker> all() {
        return List.of(
                new TabsWithoutGaps(),
                TABS_EQUAL_THE_LOG,
                ACKNOWLEDGED_STAYS,
                NOTHING_INVENTED,
                ONE_DECISION,
                FRONT_END_TOOLS_ONCE,
                ONE_RUNNER,
                new NeverAbandoned(),
                new WholeAnswers(),
                new TurnsEnd(),
                new WithinLimits());
    }
}
