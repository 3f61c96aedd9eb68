package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;

/** A whole cluster on one processor: appends with a copy, the bus between nodes and the fan-out all share it. */
final class OneCore implements Benchmark {
    private static final int HEAP_MEGABYTES = 2_000;

    @Override
    public String name() {
        return "one-core";
    }

    @Override
    public String question() {
        return "token deliveries/s of three nodes that share one processor, two copies of every event";
    }

    @Override
    public void run(Plan plan, Results results) {
        Processors.SECOND.take();
        try (Cluster cluster = Cluster.start(3, 1, Processors.FIRST, HEAP_MEGABYTES, plan.logs());
                Swarm swarm = new Swarm()) {
            results.figure(
                    "three nodes, p99 < 100 ms", FanOut.sustained("three nodes", cluster, swarm, plan, results), "/s");
            results.figure("three nodes, flooded", FanOut.flooded(cluster, swarm, plan, results), "/s");
        } finally {
            Processors.ALL.take();
        }
    }
}
