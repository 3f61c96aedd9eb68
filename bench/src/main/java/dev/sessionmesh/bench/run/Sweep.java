package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Figure;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.driver.Meter;
import dev.sessionmesh.bench.driver.Swarm;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntConsumer;

/** Raises the offered load until what is delivered stays behind or comes late. */
final class Sweep {
    static final int[] DELIVERIES_PER_SECOND = {
        60_000, 120_000, 180_000, 240_000, 300_000, 400_000, 500_000, 650_000, 800_000, 1_000_000
    };
    static final double P99_MILLIS_MAX = 100;

    private static final double KEPT_UP = 0.95;
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private Sweep() {}

    /**
     * The most that was delivered with p99 in bounds.
     *
     * @param offer makes the server owe so many token deliveries a second, all tabs together
     * @param strict whether every frame must be there: what Sessionmesh promises, and a bare broadcast does not
     */
    static double sustained(String who, Swarm swarm, IntConsumer offer, boolean strict, Plan plan, Results results) {
        double best = 0;
        offer.accept(DELIVERIES_PER_SECOND[1]);
        Plan.pass(plan.warmup());
        for (int offered : DELIVERIES_PER_SECOND) {
            offer.accept(offered);
            Meter.Reading reading = measure(swarm, plan.measure(), strict);
            boolean kept = reading.tokensPerSecond() >= KEPT_UP * offered;
            boolean inTime = reading.p99Millis() < P99_MILLIS_MAX;
            results.note(String.format(
                    Locale.ROOT,
                    "%s, %,9d/s offered: %,9.0f tokens/s in %,9.0f frames/s, p50 %s ms, p99 %s ms%s",
                    who,
                    offered,
                    reading.tokensPerSecond(),
                    reading.framesPerSecond(),
                    Figure.number(reading.p50Millis()),
                    Figure.number(reading.p99Millis()),
                    kept && inTime ? "" : kept ? " (late)" : " (stays behind)"));
            if (!kept || !inTime) {
                break;
            }
            best = Math.max(best, reading.tokensPerSecond());
        }
        return best;
    }

    /** What arrives in a while, once the load has settled. */
    static Meter.Reading measure(Swarm swarm, Duration time, boolean strict) {
        Plan.pass(SETTLE);
        swarm.reset();
        Plan.pass(time);
        Meter.Reading reading = swarm.reading();
        return strict ? Crowd.clean(reading) : reading;
    }
}
