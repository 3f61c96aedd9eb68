package dev.sessionmesh.archive.redis;

import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One connection to one server, for as long as it lasts. Requests follow each other without waiting for answers. An answer that is late fails its
 * request; when the server has said nothing at all for so long, the connection is given up. Lives on one loop.
 */
final class Line {
    /** How much later than its limit a request may fail, as a part of the limit. */
    private static final int PRECISION = 10;

    private final Address address;
    private final Redis client;
    private final RedisConnection connection;
    private final Loop loop;
    private final long limitNanos;
    private final int callsMost;
    private final Loop.Timer watch;
    private final Deque<Sent> sent = new ArrayDeque<>();
    private final Copies copies;
    private long heardAt;
    private boolean answered;
    private boolean open = true;
    private Runnable onEnd = () -> {};

    private record Sent(long deadline, Promise<Reply> answer) {}

    Line(Address address, Redis client, RedisConnection connection, Loop loop, RedisSettings settings) {
        this.address = address;
        this.client = client;
        this.connection = connection;
        this.loop = loop;
        this.limitNanos = settings.limits().answer().toNanos();
        this.callsMost = settings.limits().calls();
        this.heardAt = loop.nanos();
        this.copies = new Copies(this, loop, settings);
        this.watch = loop.every(Math.max(1, settings.limits().answer().toMillis() / PRECISION), this::look);
        connection.endHandler(ended -> end("the connection was lost"));
        connection.exceptionHandler(broken -> end("the connection broke"));
    }

    Address address() {
        return address;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether the server ever answered anything but the greeting. */
    boolean hasAnswered() {
        return answered;
    }

    void onEnd(Runnable told) {
        onEnd = told;
    }

    /** An answer, or a failure of the server's own or an {@link dev.sessionmesh.archive.ArchiveException}, within the limit. */
    Future<Reply> send(Request request) {
        return send(request, loop.nanos() + limitNanos);
    }

    Future<Reply> send(Request request, long deadline) {
        if (!open) {
            return Future.failedFuture(Faults.away(address + ": the connection was lost"));
        }
        if (sent.size() >= callsMost) {
            return Future.failedFuture(Faults.away(address + ": too much is under way"));
        }
        if (sent.isEmpty()) {
            heardAt = loop.nanos();
        }
        Sent one = new Sent(deadline, Promise.promise());
        sent.add(one);
        connection.send(request).onComplete(result -> {
            if (!open) {
                return;
            }
            sent.remove(one);
            heardAt = loop.nanos();
            answered = true;
            if (result.succeeded()) {
                one.answer.tryComplete(new Reply(result.result()));
            } else {
                one.answer.tryFail(result.cause());
            }
        });
        return one.answer.future();
    }

    /** As {@link #send}, and the answer waits for the replicas. */
    Future<Reply> sendCopied(Request request, long deadline) {
        return copies.confirm(send(request, deadline), deadline);
    }

    private void look() {
        long now = loop.nanos();
        for (Sent one : sent) {
            if (now - one.deadline >= 0) {
                one.answer.tryFail(Faults.away(address + ": no answer in time"));
            }
        }
        if (!sent.isEmpty() && now - heardAt >= limitNanos) {
            end("it does not answer");
        } else {
            copies.look();
        }
    }

    /** Ends the connection; whoever waits for an answer is told why. */
    void end(String why) {
        if (!open) {
            return;
        }
        open = false;
        watch.cancel();
        client.close();
        onEnd.run();
        sent.forEach(one -> one.answer.tryFail(Faults.away(address + ": " + why)));
        sent.clear();
        copies.end(why);
    }
}
