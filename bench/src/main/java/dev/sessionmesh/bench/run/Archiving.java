package dev.sessionmesh.bench.run;

import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.LogRecord;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Verdict;
import dev.sessionmesh.archive.Write;
import dev.sessionmesh.archive.redis.RedisArchive;
import dev.sessionmesh.archive.redis.RedisSettings;
import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Figure;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.lab.RedisServer;
import dev.sessionmesh.bench.run.ArchivedAnswer.Stretch;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the archive makes of a Redis, beside the least that could be done with it: bare XADDs, pipelined on one connection by the same client, in the
 * same run. As many are under way in both.
 */
final class Archiving implements Benchmark {
    private static final int UNDER_WAY = 256;
    private static final int EVENT_BYTES = 100;
    private static final int TOKENS = 50;
    private static final int TOKEN_BYTES = 5;
    /** Different stretches of an answer, which come again and again. */
    private static final int STRETCHES = 200;

    private static final double LEAST = 0.5;
    private static final double KILOBYTES_MOST = 12;
    private static final int STREAMS = 64;

    /** Made when somebody measures, not when benchmarks are named. */
    private static final class Answer {
        private static final List<Stretch> SAID = ArchivedAnswer.of(STRETCHES, TOKENS, TOKEN_BYTES);
    }

    @Override
    public String name() {
        return "archive";
    }

    @Override
    public String question() {
        return "events/s that the archive writes to Redis, beside bare XADDs in the same run; bytes in Redis per 1,000 tokens";
    }

    @Override
    public void run(Plan plan, Results results) {
        Vertx vertx = Vertx.vertx();
        try (RedisServer redis = RedisServer.start(plan.logs())) {
            results.note("one Redis on this machine without persistence, one connection, " + UNDER_WAY + " under way;"
                    + " a record holds " + TOKENS + " tokens of " + TOKEN_BYTES + " bytes of a licence in "
                    + mean(Stretch::record) + " bytes, each write brings the state in " + mean(Stretch::snapshot));
            double bareEvents = bare(vertx, redis, List.of(noise(EVENT_BYTES)), plan);
            results.figure("bare XADD, one event of " + EVENT_BYTES + " bytes each", bareEvents, "/s");
            double bareRecords =
                    bare(vertx, redis, Answer.SAID.stream().map(Stretch::record).toList(), plan);
            results.figure("bare XADD, one record of " + TOKENS + " tokens each", bareRecords, "/s");
            for (int records : new int[] {1, 4}) {
                double written = archived(vertx, redis, records, plan) * records;
                String what = "archive, " + records + " per write: ";
                results.figure(what + "records", written, "/s");
                results.figure(what + "records / bare records", written / bareRecords, "x");
                results.figure(
                        what + "tokens / bare events", written * TOKENS / bareEvents, "x", Target.atLeast(LEAST));
            }
            size(vertx, redis, results);
        } finally {
            vertx.close().await();
        }
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    /** Per second, after the warm-up. */
    private static double measure(LongAdder count, Plan plan) {
        Plan.pass(plan.warmup());
        long before = count.sum();
        long start = System.nanoTime();
        Plan.pass(plan.measure());
        return (count.sum() - before) * 1e9 / (System.nanoTime() - start);
    }

    private static long mean(Function<Stretch, byte[]> part) {
        return Math.round(Answer.SAID.stream()
                .mapToInt(stretch -> part.apply(stretch).length)
                .average()
                .orElseThrow());
    }

    private static double bare(Vertx vertx, RedisServer redis, List<byte[]> payloads, Plan plan) {
        Redis client = Redis.createClient(vertx, redis.url());
        RedisConnection connection = client.connect().await();
        wipe(connection);
        LongAdder count = new LongAdder();
        AtomicBoolean going = new AtomicBoolean(true);
        for (int i = 0; i < UNDER_WAY; i++) {
            bareNext(connection, "stream" + i % STREAMS, payloads, i, count, going);
        }
        try {
            return measure(count, plan);
        } finally {
            going.set(false);
            client.close().await();
        }
    }

    private static void bareNext(
            RedisConnection connection,
            String stream,
            List<byte[]> payloads,
            int number,
            LongAdder count,
            AtomicBoolean going) {
        connection
                .send(Request.cmd(Command.XADD)
                        .arg(stream)
                        // Old ones go, so that both have the same memory to work with.
                        .arg("MAXLEN")
                        .arg("~")
                        .arg(10_000)
                        .arg("*")
                        .arg("bytes")
                        .arg(payloads.get(number % payloads.size())))
                .onSuccess(done -> {
                    count.increment();
                    if (going.get()) {
                        bareNext(connection, stream, payloads, number + 1, count, going);
                    }
                });
    }

    private static void wipe(Vertx vertx, RedisServer redis) {
        Redis client = Redis.createClient(vertx, redis.url());
        wipe(client.connect().await());
        client.close().await();
    }

    private static void wipe(RedisConnection connection) {
        connection.send(Request.cmd(Command.FLUSHALL)).await();
    }

    /** Writes per second. */
    private static double archived(Vertx vertx, RedisServer redis, int records, Plan plan) {
        wipe(vertx, redis);
        LongAdder count = new LongAdder();
        AtomicBoolean going = new AtomicBoolean(true);
        AtomicReference<String> broken = new AtomicReference<>("");
        try (RedisArchive archive = RedisArchive.open(vertx, RedisSettings.parse(redis.url()))) {
            for (int i = 0; i < UNDER_WAY; i++) {
                new Writer(archive, new SessionKey("bench", "s" + i), records, count, going, broken).next();
            }
            double rate = measure(count, plan);
            going.set(false);
            String why = Objects.requireNonNullElse(broken.get(), "");
            if (!why.isEmpty()) {
                throw new IllegalStateException(why);
            }
            return rate;
        }
    }

    /** Writes to a session without a pause; now and then to a new one, and the old one goes, so that the memory does not fill. */
    private static final class Writer {
        private static final int LIFE = 500;
        private static final Holder HOLDER = new Holder("bench", 1, 0);

        private final RedisArchive archive;
        private final String name;
        private final int records;
        private final LongAdder count;
        private final AtomicBoolean going;
        private final AtomicReference<String> broken;
        private SessionKey key;
        private Mark mark = Mark.NONE;
        private int writes;
        private int next;

        Writer(
                RedisArchive archive,
                SessionKey key,
                int records,
                LongAdder count,
                AtomicBoolean going,
                AtomicReference<String> broken) {
            this.archive = archive;
            this.name = key.id();
            this.records = records;
            this.count = count;
            this.going = going;
            this.broken = broken;
            this.key = key;
        }

        void next() {
            if (++writes % LIFE == 0) {
                var unused = archive.delete(key, 1, mark.seq()).whenComplete(this::ended);
                key = new SessionKey(key.tenant(), name + "-" + writes);
                mark = Mark.NONE;
            }
            List<LogRecord> following = following();
            byte[] snapshot = Answer.SAID.get(next % STRETCHES).snapshot();
            var unused = archive.write(new Write(key, HOLDER, mark, following, snapshot, false))
                    .whenComplete((verdict, failure) -> {
                        if (verdict instanceof Verdict.Written written) {
                            mark = written.mark();
                            count.increment();
                            if (going.get()) {
                                next();
                            }
                        } else {
                            ended(verdict, failure);
                        }
                    });
        }

        private void ended(@Nullable Object answer, @Nullable Throwable failure) {
            if (going.get() && (failure != null || answer != null)) {
                broken.set("the archive answered " + (failure == null ? answer : failure.getMessage()));
            }
        }

        private List<LogRecord> following() {
            List<LogRecord> following = new ArrayList<>(records);
            long chain = mark.chain();
            long seq = mark.seq();
            for (int i = 0; i < records; i++) {
                byte[] bytes = Answer.SAID.get(next++ % STRETCHES).record();
                LogRecord record = LogRecord.after(chain, seq + 1, seq + TOKENS, 1L << 60, bytes);
                following.add(record);
                chain = record.chain();
                seq = record.to();
            }
            return following;
        }
    }

    private static void size(Vertx vertx, RedisServer redis, Results results) {
        wipe(vertx, redis);
        AtomicReference<String> broken = new AtomicReference<>("");
        AtomicBoolean going = new AtomicBoolean(true);
        int tokens = TOKENS * STRETCHES;
        LongAdder count = new LongAdder();
        SessionKey key = new SessionKey("bench", "one");
        try (RedisArchive archive = RedisArchive.open(vertx, RedisSettings.parse(redis.url()))) {
            Writer writer = new Writer(archive, key, tokens / TOKENS, count, going, broken);
            going.set(false);
            writer.next();
            for (int i = 0; i < 100 && count.sum() == 0; i++) {
                Plan.pass(Duration.ofMillis(20));
            }
            double bytes = redis.bytesOf("sessionmesh:{" + key + "}:log");
            results.figure("Redis per 1,000 tokens", bytes / tokens, "KB", Target.atMost(KILOBYTES_MOST));
            double rest =
                    redis.bytesOf("sessionmesh:{" + key + "}") + redis.bytesOf("sessionmesh:{" + key + "}:snapshot");
            results.note("a session's mark and snapshot take " + Figure.number(rest) + " bytes more");
        }
    }
}
