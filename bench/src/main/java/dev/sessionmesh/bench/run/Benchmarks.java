package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import java.util.List;

/** All of them, the most asked first. */
public final class Benchmarks {
    private Benchmarks() {}

    public static List<Benchmark> all() {
        return List.of(
                new FanOut(),
                new Latency(),
                new Strict(),
                new Appends(),
                new CatchUp(),
                new ComingBack(),
                new IdleTabs(),
                new RestingSessions(),
                new SlowTabs(),
                new OneCore(),
                new Archiving(),
                new ArchiveCost(),
                new Wake(),
                new Hibernation());
    }
}
