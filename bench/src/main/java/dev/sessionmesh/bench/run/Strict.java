package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.Meter;
import java.util.List;

/** What strict nodes cost while nothing fails: the same measurement without and with. */
final class Strict implements Benchmark {
    @Override
    public String name() {
        return "strict";
    }

    @Override
    public String question() {
        return "the latency of strict nodes, beside that of others, in one run";
    }

    @Override
    public void run(Plan plan, Results results) {
        Meter.Reading plain = Latency.measure(plan, List.of());
        Meter.Reading strict = Latency.measure(plan, List.of("--strict"));
        results.latency("not strict: token to tab on another node", plain.latency(), Target.none());
        results.latency("strict: token to tab on another node", strict.latency(), Target.none());
        results.figure("strict / not strict, p50", strict.p50Millis() / plain.p50Millis(), "x");
        results.figure("strict / not strict, p99", strict.p99Millis() / plain.p99Millis(), "x");
    }
}
