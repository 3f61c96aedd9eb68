package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is made when it is needed, and again after it was lost. A server that fails is left alone for a while, in which requests fail at
 * once: nothing queues up for it, and when it is back it is not stormed. Lives on one loop.
 */
final class Link {
    private static final long REOPEN_NANOS_LEAST = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<Future<Line>> connect;
    private final Loop loop;
    private final long limitNanos;
    private final Backoff backoff;
    private @Nullable Line line;
    private @Nullable Future<Line> connecting;
    private @Nullable ArchiveException lastFailure;
    private int failures;
    private long notBefore;
    private long openedAt;
    private boolean closed;

    Link(Supplier<Future<Line>> connect, Loop loop, RedisLimits limits) {
        this.connect = connect;
        this.loop = loop;
        this.limitNanos = limits.answer().toNanos();
        this.backoff = new Backoff(limits.backoffFirst(), limits.backoffMost(), Math::random);
        this.notBefore = loop.nanos();
    }

    Future<Reply> send(Request request, boolean copied) {
        long deadline = loop.nanos() + limitNanos;
        return line().compose(open -> (copied ? open.sendCopied(request, deadline) : open.send(request, deadline))
                .onFailure(failure -> dropIfDemoted(open, failure)));
    }

    /** The open connection, for whoever must send several requests on the same one. */
    Future<Line> line() {
        Line current = line;
        if (current != null && current.isOpen()) {
            return Future.succeededFuture(current);
        }
        Future<Line> underWay = connecting;
        if (underWay != null) {
            return underWay;
        }
        ArchiveException last = lastFailure;
        if (closed || (last != null && loop.nanos() - notBefore < 0)) {
            return Future.failedFuture(last == null ? Faults.away("the archive is closed") : last);
        }
        return connect();
    }

    private Future<Line> connect() {
        Promise<Line> made = Promise.promise();
        connecting = made.future();
        connect.get().onComplete(result -> {
            if (result.succeeded() && made.tryComplete(result.result())) {
                return;
            }
            if (result.succeeded()) {
                result.result().end("it came too late");
            } else {
                made.tryFail(result.cause());
            }
        });
        loop.after(limitNanos / 1_000_000, () -> made.tryFail(Faults.away("no connection in time")));
        return made.future().onComplete(result -> {
            connecting = null;
            if (result.failed()) {
                failed(Faults.of(result.cause(), "the archive"));
            } else if (closed) {
                result.result().end("the archive is closed");
            } else {
                use(result.result());
            }
        });
    }

    private void use(Line made) {
        line = made;
        openedAt = loop.nanos();
        lastFailure = null;
        made.onEnd(() -> {
            if (made.hasAnswered()) {
                failures = 0;
            }
            failed(Faults.away(made.address() + ": the connection was lost"));
        });
    }

    private void failed(ArchiveException why) {
        failures++;
        lastFailure = why;
        notBefore = loop.nanos() + backoff.nanos(failures);
    }

    /** Who was a master and is none any more is not the one to talk to: the next request asks, or looks the name up, again. Not all the time, though. */
    private void dropIfDemoted(Line open, Throwable failure) {
        boolean demoted = Faults.is(failure, "READONLY") || Faults.is(failure, "MASTERDOWN");
        if (demoted && open.isOpen() && loop.nanos() - openedAt > REOPEN_NANOS_LEAST) {
            open.end("it is a replica now");
            lastFailure = null;
        }
    }

    /** Ends the connection if it leads elsewhere than to this server. */
    void leadTo(Address address) {
        Line current = line;
        if (current != null && current.isOpen() && !current.address().equals(address)) {
            current.end("another server is the master now");
            lastFailure = null;
        }
    }

    boolean isOpen() {
        Line current = line;
        return current != null && current.isOpen();
    }

    void close() {
        closed = true;
        Line current = line;
        if (current != null) {
            current.end("the archive is closed");
        }
    }
}
