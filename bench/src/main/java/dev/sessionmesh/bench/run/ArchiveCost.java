package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.BenchTab;
import dev.sessionmesh.bench.driver.Meter;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import dev.sessionmesh.bench.lab.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * What being archived costs an append. Three clusters stand side by side, and the load goes from one to the next in short rounds, so that whatever else the machine
 * does meets all of them; what counts are the ratios within a round.
 */
final class ArchiveCost implements Benchmark {
    private static final List<String> MODES = List.of("off", "async", "sync");
    private static final int NODES = 2;
    private static final int HEAP_MEGABYTES = 1_500;
    private static final int SESSIONS = 120;
    private static final int COMMANDS_PER_SECOND = 200;
    private static final int WARMING_PER_SECOND = 600;
    private static final int ENDLESS = 100_000;
    private static final int MINUTE_MICROS = 60_000_000;
    private static final int TOKEN_BYTES = 20;
    private static final int LATENCY_ROUNDS = 12;
    private static final int THROUGHPUT_ROUNDS = 6;
    private static final Duration WITHIN = Duration.ofMinutes(2);
    private static final Duration STILL = Duration.ofMillis(300);
    private static final double ASYNC_MOST = 1.05;
    private static final Pattern ANSWER = Pattern.compile("\\{\"type\":\"(ack|error)\",.*?\"id\":\"([a-z0-9]+)\".*");

    @Override
    public String name() {
        return "archive-cost";
    }

    @Override
    public String question() {
        return "milliseconds from a command to its ack, and tokens/s, with the archive off, async and sync, in turns";
    }

    @Override
    public void run(Plan plan, Results results) {
        List<Side> sides = new ArrayList<>();
        try (RedisServer redis = RedisServer.start(plan.logs())) {
            try {
                MODES.forEach(mode -> sides.add(Side.open(mode, redis, plan)));
                results.note(NODES + " nodes and two copies each, one Redis without persistence, all on this machine; "
                        + COMMANDS_PER_SECOND + " inputs and withdrawals/s over " + SESSIONS + " sessions; then "
                        + SESSIONS
                        + " others stream as fast as they can");
                sides.forEach(side -> side.commands(plan.warmup(), WARMING_PER_SECOND, new Histogram(3)));
                latency(sides, plan, results);
                sides.forEach(side -> side.warmUp(plan.warmup().dividedBy(2)));
                throughput(sides, plan, results);
            } finally {
                sides.forEach(Side::close);
            }
        }
    }

    private static void latency(List<Side> sides, Plan plan, Results results) {
        Map<String, List<Double>> ratios = new TreeMap<>();
        for (int round = 0; round < LATENCY_ROUNDS; round++) {
            Map<String, Double> p50 = new TreeMap<>();
            for (Side side : turned(sides, round)) {
                p50.put(side.mode, side.commands(plan.measure(), COMMANDS_PER_SECOND, side.micros) / 1_000);
                Crowd.clean(side.swarm.reading());
            }
            keep(p50, ratios);
        }
        sides.forEach(side -> results.latency(side.mode + ": command to ack", side.micros, Target.none()));
        results.figure("async / off, command to ack", median(ratios, "async"), "x", Target.atMost(ASYNC_MOST));
        results.figure("sync / off, command to ack", median(ratios, "sync"), "x");
        results.note("ratios of p50, median of " + LATENCY_ROUNDS + " rounds; async " + spread(ratios, "async"));
    }

    private static void throughput(List<Side> sides, Plan plan, Results results) {
        Map<String, List<Double>> ratios = new TreeMap<>();
        for (int round = 0; round < THROUGHPUT_ROUNDS; round++) {
            Map<String, Double> rate = new TreeMap<>();
            for (Side side : turned(sides, round)) {
                rate.put(side.mode, side.stream(plan.measure().dividedBy(2)));
            }
            keep(rate, ratios);
        }
        for (Side side : sides) {
            results.figure(side.mode + ": tokens/s", side.tokensPerSecond(), "/s");
        }
        results.figure("async / off, tokens/s", median(ratios, "async"), "x");
        results.figure("sync / off, tokens/s", median(ratios, "sync"), "x");
        results.note("median of " + THROUGHPUT_ROUNDS + " rounds; async " + spread(ratios, "async")
                + "; nodes, Redis and driver share the processors, so all that the archive takes is missing here");
        for (Side side : sides) {
            if (side.mostBehind > 0) {
                results.figure(
                        side.mode + ": tokens not yet archived after a round, at most",
                        (double) side.mostBehind,
                        "events");
            }
        }
    }

    /** Who begins changes from round to round. */
    private static List<Side> turned(List<Side> sides, int round) {
        List<Side> turned = new ArrayList<>(sides);
        Collections.rotate(turned, round);
        return turned;
    }

    private static void keep(Map<String, Double> round, Map<String, List<Double>> ratios) {
        double off = Objects.requireNonNull(round.get("off"));
        round.forEach((mode, value) ->
                ratios.computeIfAbsent(mode, first -> new ArrayList<>()).add(value / off));
    }

    private static double median(Map<String, List<Double>> ratios, String mode) {
        double[] sorted = sorted(ratios, mode);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static String spread(Map<String, List<Double>> ratios, String mode) {
        double[] sorted = sorted(ratios, mode);
        return String.format("%.2f to %.2f", sorted[0], sorted[sorted.length - 1]);
    }

    private static double[] sorted(Map<String, List<Double>> ratios, String mode) {
        double[] sorted = ratios.getOrDefault(mode, List.of()).stream()
                .mapToDouble(ratio -> ratio)
                .toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** A cluster in one of the modes, with the tabs that follow its sessions. */
    private static final class Side implements AutoCloseable {
        private final String mode;
        private final Cluster cluster;
        private final Swarm swarm;
        /** Whoever gives commands, while a turn runs that says a word a minute. */
        private final Crowd callers;

        private final Crowd talkers;
        private final Histogram micros = new Histogram(3);
        /** When commands were sent that are not acknowledged yet, by their ids. */
        private final Map<String, Long> sent = new HashMap<>();

        private Histogram counting = new Histogram(3);
        private final List<Double> rates = new ArrayList<>();
        private long mostBehind;
        private int next;

        private Side(String mode, Cluster cluster, Swarm swarm) {
            this.mode = mode;
            this.cluster = cluster;
            this.swarm = swarm;
            // They share the Redis, so their sessions have names of their own.
            this.callers = attach(mode + "-called");
            this.talkers = attach(mode + "-talks");
            callers.say(ENDLESS, MINUTE_MICROS, TOKEN_BYTES, "enqueue");
            swarm.ask(() -> {
                callers.tabs().forEach(tab -> tab.listen(this::heard));
                return true;
            });
        }

        private Crowd attach(String prefix) {
            List<String> sessions = Crowd.names(prefix, SESSIONS);
            cluster.createSessions(sessions);
            return Crowd.attach(swarm, cluster, sessions, 1, (session, tab) -> session);
        }

        static Side open(String mode, RedisServer redis, Plan plan) {
            Cluster cluster = Cluster.start(
                    NODES,
                    1,
                    Processors.ALL,
                    HEAP_MEGABYTES,
                    plan.logs().resolve(mode),
                    List.of("--archive-redis", redis.url(), "--archive-mode", mode));
            return new Side(mode, cluster, new Swarm());
        }

        /** What is refused is complained of elsewhere, and counts for as long as it took. */
        private void heard(String frame) {
            Matcher answer = ANSWER.matcher(frame);
            if (answer.matches()) {
                long begun = Objects.requireNonNull(sent.remove(answer.group(2)));
                counting.recordValue((System.nanoTime() - begun) / 1_000);
            }
        }

        void warmUp(Duration time) {
            talkers.stream(0, TOKEN_BYTES);
            Plan.pass(time);
            settle();
        }

        /** Sends commands at their times, one after the other, and gives the p50 from command to ack in microseconds. */
        double commands(Duration time, int perSecond, Histogram into) {
            swarm.reset();
            swarm.ask(() -> counting = new Histogram(3));
            long pause = 1_000_000_000L / perSecond;
            long due = System.nanoTime();
            long end = due + time.toNanos();
            for (; due < end; due += pause) {
                LockSupport.parkNanos(due - System.nanoTime());
                swarm.ask(this::send);
            }
            swarm.await("commands to be acknowledged", WITHIN, sent::isEmpty);
            Histogram round = swarm.ask(() -> counting);
            into.add(round);
            return round.getValueAtPercentile(50);
        }

        /** An input that waits behind the turn that runs, and the next time its withdrawal: one append each. */
        private boolean send() {
            int session = next % SESSIONS;
            int round = next / SESSIONS;
            String id = mode + ++next;
            String command = round % 2 == 0
                    ? "\"type\":\"input\",\"text\":\"and then?\",\"policy\":\"enqueue\""
                    : "\"type\":\"withdraw\",\"turn\":\"t" + (2 + round / 2) + "\"";
            sent.put(id, System.nanoTime());
            swarm.send(callers.tabs().get(session), "{\"id\":\"" + id + "\"," + command + "}");
            return true;
        }

        /** Everybody talks at once; tokens per second. */
        double stream(Duration time) {
            talkers.stream(0, TOKEN_BYTES);
            Meter.Reading reading = Sweep.measure(swarm, time, true);
            if (!mode.equals("off")) {
                mostBehind = Math.max(mostBehind, behind());
            }
            settle();
            rates.add(reading.tokensPerSecond());
            return reading.tokensPerSecond();
        }

        double tokensPerSecond() {
            return rates.stream().mapToDouble(rate -> rate).average().orElseThrow();
        }

        /** Nobody talks any more, and the archive has all of it. */
        private void settle() {
            talkers.say(1, 0, TOKEN_BYTES, "interrupt");
            long before = -1;
            long now = heads();
            while (now != before || (!mode.equals("off") && behind() > 0)) {
                Plan.pass(STILL);
                before = now;
                now = heads();
            }
        }

        private long heads() {
            return swarm.ask(
                    () -> talkers.tabs().stream().mapToLong(BenchTab::seq).sum());
        }

        private long behind() {
            return cluster.metric("sessionmesh_archive_lag_events");
        }

        @Override
        public void close() {
            swarm.close();
            cluster.close();
        }
    }
}
