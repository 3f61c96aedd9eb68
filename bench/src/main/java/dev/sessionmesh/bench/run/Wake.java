package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.BenchTab;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import dev.sessionmesh.bench.lab.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Whoever wants a session that sleeps, beside whoever wants it a moment later, when it is awake. Both come to a node that does not follow the session yet,
 * one after the other; at the end all come at once.
 */
final class Wake implements Benchmark {
    private static final int NODES = 3;
    private static final int SESSIONS = 300;
    private static final int TOKENS = 10_000;
    private static final int TOKEN_BYTES = 20;
    /** Before and after the tokens come input, turn, in_progress, and completed. */
    private static final int HEAD = TOKENS + 4;

    private static final int ROUNDS = 8;
    private static final int HEAP_MEGABYTES = 1_000;
    private static final String IDLE_SECONDS = "1";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final double P50_MILLIS = 15;

    @Override
    public String name() {
        return "wake";
    }

    @Override
    public String question() {
        return "milliseconds until a sleeping session of " + TOKENS
                + " tokens shows its first frame, or is read, beside one that is awake";
    }

    @Override
    public void run(Plan plan, Results results) {
        try (RedisServer redis = RedisServer.start(plan.logs());
                Cluster cluster = Cluster.start(
                        NODES,
                        1,
                        Processors.ALL,
                        HEAP_MEGABYTES,
                        plan.logs(),
                        List.of("--archive-redis", redis.url(), "--archive-idle", IDLE_SECONDS));
                Swarm swarm = new Swarm()) {
            results.note(NODES + " nodes, two copies, one Redis without persistence, all on this machine; " + SESSIONS
                    + " sessions of " + TOKENS + " tokens of " + TOKEN_BYTES + " bytes, of which a node has a third");
            new Night(cluster, swarm).run(plan, results);
        }
    }

    /** Sessions that are woken and sleep again, round after round. */
    private static final class Night {
        private final Cluster cluster;
        private final Swarm swarm;
        private final Sleepers sleepers;
        private final List<String> sessions = Crowd.names("sleeper", SESSIONS);
        private final Times asleep = new Times();
        private final Times awake = new Times();

        Night(Cluster cluster, Swarm swarm) {
            this.cluster = cluster;
            this.swarm = swarm;
            this.sleepers = new Sleepers(cluster);
        }

        void run(Plan plan, Results results) {
            cluster.createSessions(sessions);
            Crowd authors = Crowd.attach(swarm, cluster, sessions, 1, (session, tab) -> session);
            authors.say(TOKENS, 0, TOKEN_BYTES, "enqueue");
            swarm.await("sessions to be written", WITHIN, () -> authors.tabs().stream()
                    .allMatch(tab -> tab.seq() >= HEAD));
            authors.leave();
            sleepers.awaitSlept(SESSIONS, WITHIN);
            long busy = 0;
            for (int round = 0; busy < plan.warmup().toNanos(); round++) {
                busy += round(round);
            }
            asleep.reset();
            awake.reset();
            for (int round = 0; round < ROUNDS; round++) {
                round(round);
            }
            Crowd.clean(swarm.reading());
            tell(results);
            burst(results);
        }

        private void tell(Results results) {
            asleep.tell("asleep", results);
            awake.tell("awake", results);
            double attach = asleep.first.getValueAtPercentile(50);
            double read = asleep.read.getValueAtPercentile(50);
            results.figure("asleep: attach p50, judged", attach / 1000, "ms", Target.atMost(P50_MILLIS));
            results.figure("asleep: read p50, judged", read / 1000, "ms", Target.atMost(P50_MILLIS));
            results.figure("attach p50, asleep / awake", attach / awake.first.getValueAtPercentile(50), "x");
            results.figure("read p50, asleep / awake", read / awake.read.getValueAtPercentile(50), "x");
        }

        /**
         * Wakes every session once, half of them by attaching, the others by reading, and waits until all of them sleep again.
         *
         * @return how long it was at it, in nanoseconds
         */
        private long round(int round) {
            long slept = sleepers.slept();
            long woken = sleepers.woken();
            long begun = System.nanoTime();
            for (int i = 0; i < SESSIONS; i++) {
                if ((i + round) % 2 == 0) {
                    attach(i, i, asleep);
                    attach(i, i + 1, awake);
                } else {
                    read(i, i, asleep.read);
                    read(i, i + 1, awake.read);
                }
            }
            long busy = System.nanoTime() - begun;
            insist(woken + SESSIONS);
            sleepers.awaitSlept(slept + SESSIONS, WITHIN);
            return busy;
        }

        /** Each of them did sleep, and none more than once. */
        private void insist(long woken) {
            if (sleepers.woken() != woken) {
                throw new IllegalStateException(
                        sleepers.woken() + " sessions were woken by now and should be " + woken);
            }
        }

        private void attach(int session, int node, Times times) {
            Knock knock = new Knock();
            BenchTab tab = swarm.ask(() -> knock.at(swarm, session, node));
            swarm.await("a session of " + TOKENS + " tokens", SOON, () -> knock.all > 0);
            swarm.ask(() -> {
                swarm.leave(tab);
                return true;
            });
            knock.tell(times);
        }

        private void read(int session, int node, Histogram micros) {
            String path = "/v1/sessions/" + sessions.get(session);
            long begun = System.nanoTime();
            String said = cluster.get(cluster.url(node), path);
            micros.recordValue((System.nanoTime() - begun) / 1_000);
            if (!said.contains("\"head\":" + HEAD)) {
                throw new IllegalStateException("a session came back as " + said);
            }
        }

        /** Everybody comes back at the same moment. */
        private void burst(Results results) {
            long woken = sleepers.woken();
            Times times = new Times();
            List<Knock> knocks = new ArrayList<>();
            long begun = System.nanoTime();
            swarm.ask(() -> {
                for (int i = 0; i < SESSIONS; i++) {
                    knocks.add(new Knock());
                    knocks.getLast().at(swarm, i, i);
                }
                return true;
            });
            swarm.await("all sessions at once", WITHIN, () -> knocks.stream().allMatch(knock -> knock.all > 0));
            double seconds = (System.nanoTime() - begun) / 1e9;
            insist(woken + SESSIONS);
            Crowd.clean(swarm.reading());
            knocks.forEach(knock -> knock.tell(times));
            results.figure("all " + SESSIONS + " at once: until the last has all of its log", seconds, "s");
            results.figure("all at once: woken and shown", SESSIONS / seconds, "/s");
            results.latency("all at once: first frame", times.first, Target.none());
        }

        /** One tab that comes, from the connecting on. */
        private final class Knock {
            private long begun;
            private long first;
            private long all;

            BenchTab at(Swarm swarm, int session, int node) throws Exception {
                begun = System.nanoTime();
                BenchTab tab = swarm.begin("knock", cluster.url(node), Crowd.path(sessions.get(session), 0));
                tab.listen(this::heard);
                tab.at(HEAD, () -> all = System.nanoTime());
                return tab;
            }

            /** The first frame of the session is the one that says it is attached; one that went to sleep in order is resumed. */
            private void heard(String frame) {
                if (first == 0 && frame.startsWith("{\"type\":\"attached\"")) {
                    first = System.nanoTime();
                    if (!frame.contains("\"resumed\":true")) {
                        throw new IllegalStateException("a session came back as another one: " + frame);
                    }
                }
            }

            void tell(Times times) {
                times.first.recordValue((first - begun) / 1_000);
                times.all.recordValue((all - begun) / 1_000);
            }
        }
    }

    /** In microseconds, with connecting. */
    private static final class Times {
        private final Histogram first = new Histogram(3);
        private final Histogram all = new Histogram(3);
        private final Histogram read = new Histogram(3);

        void reset() {
            first.reset();
            all.reset();
            read.reset();
        }

        void tell(String what, Results results) {
            results.latency(what + ": attach, from connecting to the first frame", first, Target.none());
            results.latency(what + ": the same to the last of its tokens", all, Target.none());
            results.latency(what + ": read by HTTP", read, Target.none());
        }
    }
}
