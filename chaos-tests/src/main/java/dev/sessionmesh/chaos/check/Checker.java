package dev.sessionmesh.chaos.check;

import java.util.List;

/** One promise, checked in a single pass; an empty answer means kept. */
public interface Checker {

    /** The promise, as a sentence. */
    String promise();

    /** Each way in which the run broke it. */
    List<String> problems(Evidence evidence);

    /** Every promise there is. */
    static List<Checker> all() {
        return List.of(
                new TabsWithoutGaps(),
                new TabsEqualTheLog(),
                new AcknowledgedStays(),
                new NothingInvented(),
                new OneDecision(),
                new FrontEndToolsOnce(),
                new OneRunner(),
                new NeverAbandoned(),
                new WholeAnswers(),
                new TurnsEnd());
    }
}
