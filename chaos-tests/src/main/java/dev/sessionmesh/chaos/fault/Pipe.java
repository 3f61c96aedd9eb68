package dev.sessionmesh.chaos.fault;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** One direction: pieces wait in order until they are due. Reading pauses while too much waits. */
final class Pipe {

    private static final int WAITING_BYTES_MAX = 1 << 18;

    private final Vertx vertx;
    private final Context context;
    private final NetSocket from;
    private final NetSocket to;
    private final Supplier<Faults> faults;
    private final Random random;
    private final LongSupplier limit;
    private final Runnable enough;
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private Runnable onEnd = () -> {};
    private int waitingBytes;
    private long passed;
    private long dueNs = Long.MIN_VALUE;
    private boolean timed;
    private boolean silent;
    private boolean ended;
    private boolean over;

    private record Piece(Buffer bytes, long dueNs) {}

    Pipe(
            Context context,
            NetSocket from,
            NetSocket to,
            Supplier<Faults> faults,
            Random random,
            LongSupplier limit,
            Runnable enough) {
        this.vertx = context.owner();
        this.context = context;
        this.from = from;
        this.to = to;
        this.faults = faults;
        this.random = random;
        this.limit = limit;
        this.enough = enough;
    }

    void start(Runnable end) {
        onEnd = end;
        from.handler(bytes -> context.runOnContext(now -> take(bytes)));
        from.endHandler(nothing -> context.runOnContext(now -> finish()));
        from.closeHandler(closed -> context.runOnContext(now -> finish()));
        from.exceptionHandler(torn -> context.runOnContext(now -> finish()));
        from.resume();
    }

    void stop() {
        over = true;
        waiting.clear();
    }

    /** Reads on and lets nothing through, for good. */
    void silence() {
        silent = true;
        waiting.clear();
        waitingBytes = 0;
    }

    void wake() {
        if (!over && passed >= limit.getAsLong()) {
            beyond();
        }
    }

    private void finish() {
        ended = true;
        if (waiting.isEmpty() && !silent) {
            onEnd.run();
        }
    }

    private void take(Buffer bytes) {
        if (over || silent) {
            return;
        }
        Faults now = faults.get();
        int step = now.sliceBytes() > 0 ? now.sliceBytes() : Math.max(1, bytes.length());
        for (int at = 0; at < bytes.length(); at += step) {
            Buffer piece = bytes.getBuffer(at, Math.min(bytes.length(), at + step));
            dueNs = Math.max(dueNs + lasts(now, piece.length()), System.nanoTime() + delay(now));
            waiting.add(new Piece(piece, dueNs));
            waitingBytes += piece.length();
        }
        if (waitingBytes > WAITING_BYTES_MAX) {
            from.pause();
        }
        pass();
    }

    private long delay(Faults now) {
        long jitter = now.jitter().toNanos();
        return now.latency().toNanos() + (jitter > 0 ? random.nextLong(jitter) : 0);
    }

    private static long lasts(Faults now, int bytes) {
        return now.bytesPerSecond() == 0 ? 0 : Duration.ofSeconds(bytes).toNanos() / now.bytesPerSecond();
    }

    private void pass() {
        timed = false;
        while (!over && !silent && !waiting.isEmpty()) {
            Piece next = waiting.peek();
            long wait = next.dueNs() - System.nanoTime();
            if (wait > 0) {
                wakeIn(wait);
                return;
            }
            if (to.writeQueueFull()) {
                to.drainHandler(drained -> context.runOnContext(now -> pass()));
                return;
            }
            waiting.remove();
            waitingBytes -= next.bytes().length();
            write(next.bytes());
        }
        if (!over && waitingBytes <= WAITING_BYTES_MAX / 2) {
            from.resume();
        }
        if (ended && !over && !silent) {
            onEnd.run();
        }
    }

    private void wakeIn(long ns) {
        if (!timed) {
            timed = true;
            vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(ns) + 1), due -> pass());
        }
    }

    /** Up to the limit, to the byte. */
    private void write(Buffer bytes) {
        long left = limit.getAsLong() - passed;
        if (left > 0) {
            Buffer part = bytes.length() <= left ? bytes : bytes.getBuffer(0, (int) left);
            passed += part.length();
            to.write(part);
        }
        if (bytes.length() >= left) {
            beyond();
        }
    }

    private void beyond() {
        silence();
        enough.run();
    }
}
