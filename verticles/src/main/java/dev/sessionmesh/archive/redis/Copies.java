package dev.sessionmesh.archive.redis;

import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes answers wait for the replicas. One WAIT covers all that was written on the connection before it, so while one is under way the next answers
 * gather for the one after it. It asks for as many replicas as are there, up to what is configured: with none there it asks for none.
 */
final class Copies {
    private static final long RECOUNT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Line line;
    private final Loop loop;
    private final int wanted;
    private final long limitMillis;
    private final long graceNanos;
    private List<Held> gathering = new ArrayList<>();
    private List<Held> covered = List.of();
    private boolean waiting;
    private boolean counting;
    private boolean used;
    private boolean ended;
    private long countedAt;
    /** How many follow; before the first count, all that are wanted. */
    private int there;

    private boolean counted;
    /** Since when there are fewer than {@link #there}. */
    private long fewerSince;

    private record Held(Reply answer, long deadline, Promise<Reply> told) {}

    Copies(Line line, Loop loop, RedisSettings settings) {
        this.line = line;
        this.loop = loop;
        this.wanted = settings.replicas();
        // Shorter than the answer's limit, so that WAIT itself comes back in time and says how many have it.
        this.graceNanos = settings.limits().grace().toNanos();
        this.limitMillis = Math.max(1, settings.limits().answer().toMillis() / 2);
        this.there = wanted;
        this.countedAt = loop.nanos() - RECOUNT_NANOS;
    }

    Future<Reply> confirm(Future<Reply> write, long deadline) {
        if (wanted == 0) {
            return write;
        }
        if (!used) {
            used = true;
            count();
        }
        return write.compose(answer -> {
            Promise<Reply> told = Promise.promise();
            if (ended) {
                told.fail(Faults.away(line.address() + ": the connection was lost"));
            } else {
                gathering.add(new Held(answer, deadline, told));
                next();
            }
            return told.future();
        });
    }

    private void next() {
        boolean unknown = counting && !counted;
        if (waiting || unknown || gathering.isEmpty()) {
            return;
        }
        int needed = Math.min(wanted, there);
        List<Held> now = gathering;
        gathering = new ArrayList<>();
        if (needed == 0) {
            now.forEach(held -> held.told.tryComplete(held.answer));
            return;
        }
        waiting = true;
        covered = now;
        line.send(Request.cmd(Command.WAIT).arg(needed).arg(limitMillis)).onComplete(result -> {
            waiting = false;
            if (result.succeeded() && result.result().number() >= needed) {
                now.forEach(held -> held.told.tryComplete(held.answer));
            } else {
                Throwable why = result.failed()
                        ? result.cause()
                        : Faults.away(line.address() + ": fewer than " + needed + " replicas have it in time");
                now.forEach(held -> held.told.tryFail(why));
                count();
            }
            next();
        });
    }

    void look() {
        fail(gathering);
        fail(covered);
        if (used && loop.nanos() - countedAt >= RECOUNT_NANOS) {
            count();
        }
    }

    private void fail(List<Held> some) {
        long now = loop.nanos();
        for (Held held : some) {
            if (now - held.deadline >= 0) {
                held.told.tryFail(Faults.away(line.address() + ": no replica has it in time"));
            }
        }
    }

    private void count() {
        if (counting || ended) {
            return;
        }
        counting = true;
        countedAt = loop.nanos();
        line.send(Request.cmd(Command.INFO).arg("replication")).onComplete(result -> {
            counting = false;
            // Who may not ask goes on waiting for as many as are configured.
            if (result.succeeded()) {
                see(ServerInfo.of(result.result().text()).replicas());
            }
            next();
        });
    }

    /** A replica that has just gone is still counted for a while: it may be the master now, and what is written here would be lost. */
    private void see(int replicas) {
        if (!counted || replicas >= there) {
            there = replicas;
            fewerSince = countedAt;
            counted = true;
        } else if (loop.nanos() - fewerSince >= graceNanos) {
            there = replicas;
        }
    }

    void end(String why) {
        ended = true;
        List<Held> left = gathering;
        gathering = new ArrayList<>();
        left.forEach(held -> held.told.tryFail(Faults.away(line.address() + ": " + why)));
    }
}
