package dev.sessionmesh.host;

import dev.sessionmesh.codec.json.Texts;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.trace.About;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runner's pen: one append under way at a time, and whatever is said meanwhile goes into the next one. So the first token leaves at
 * once, a busy pipeline groups by itself, and the order is that of the batch numbers.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final long RETRY_MILLIS = 100;

    private record Weighed(Output output, int bytes) {}

    private final TurnRunner.Kit kit;
    private final SessionKey key;
    private final String turn;
    private final int epoch;
    private final Runnable flushed;
    private final Runnable lost;
    private final Deque<Weighed> waiting = new ArrayDeque<>();
    private final List<String> pieces = new ArrayList<>();
    private final List<Runnable> afterFlush = new ArrayList<>();
    private int pieceBytes;
    private int waitingBytes;
    private DeltaKind kind = DeltaKind.TEXT;
    private String half = "";
    private List<Output> underWay = List.of();
    private boolean renewing;
    private boolean closed;
    private boolean heardSinceBeat;
    private long batchNo;
    private long writtenTo;
    private List<Subscriber> subscribers = List.of();
    private Loop.Timer beatTimer = () -> {};

    Writer(TurnRunner.Kit kit, SessionKey key, String turn, int epoch, Runnable flushed, Runnable lost) {
        this.kit = kit;
        this.key = key;
        this.turn = turn;
        this.epoch = epoch;
        this.flushed = flushed;
        this.lost = lost;
    }

    /** Begins to renew the lease whenever nothing else does. */
    void start() {
        if (!closed) {
            beatTimer = loop().every(kit.limits().lease().toMillis() / 3, this::beat);
        }
    }

    void close() {
        closed = true;
        beatTimer.cancel();
    }

    void piece(DeltaKind of, String piece) {
        if (of != kind) {
            closeRun();
            kind = of;
        }
        String whole = half + piece;
        // A character must not be torn between two events: its first half waits for the second.
        boolean torn = Character.isHighSurrogate(whole.charAt(whole.length() - 1));
        half = torn ? whole.substring(whole.length() - 1) : "";
        String ready = torn ? whole.substring(0, whole.length() - 1) : whole;
        if (!ready.isEmpty()) {
            pieces.add(ready);
            pieceBytes += Texts.utf8Length(ready);
            flush();
        }
    }

    void add(Output output) {
        closeRun();
        enqueue(output, bytes(output));
        flush();
    }

    /** Runs the work once everything added so far is in the log. */
    void whenFlushed(Runnable work) {
        afterFlush.add(work);
        flush();
    }

    /** The nodes that follow the session, as of the last append or heartbeat. */
    List<Subscriber> subscribers() {
        return subscribers;
    }

    /** Whether all that was written is in the log and the reader has seen it. */
    boolean isSettled(long seenSeq) {
        return isIdle() && waiting.isEmpty() && pieces.isEmpty() && seenSeq >= writtenTo;
    }

    /** Whether a full batch waits: time for the model to pause. */
    boolean isBehind() {
        return pieces.size() >= kit.limits().batchPieces()
                || pieceBytes + waitingBytes >= kit.limits().tailSoftBytes();
    }

    private boolean isIdle() {
        return underWay.isEmpty();
    }

    private void closeRun() {
        if (!pieces.isEmpty()) {
            enqueue(new Output.Text(kind, 0, TokenRun.of(pieces)), pieceBytes);
            pieces.clear();
            pieceBytes = 0;
        }
    }

    private void enqueue(Output output, int bytes) {
        waiting.add(new Weighed(output, bytes));
        waitingBytes += bytes;
    }

    /** What an output takes in the log, roughly: the arguments of a call that needs approval are in two events. */
    private static int bytes(Output output) {
        return switch (output) {
            case Output.Text text -> Texts.utf8Length(text.run().text());
            case Output.Call call -> bytes(call.arguments()) * (call.approval().isPresent() ? 2 : 1);
            case Output.CallRefused refused -> bytes(refused.arguments());
            case Output.CallFinished finished -> bytes(finished.result());
            case Output.CallStarted started -> 0;
            case Output.SteerConsumed consumed -> 0;
            case Output.StepEnded ended -> 0;
            case Output.Supersede supersede -> 0;
            case Output.End end -> 0;
        };
    }

    private static int bytes(Payload payload) {
        return payload instanceof Payload.Inline(String text) ? Texts.utf8Length(text) : 0;
    }

    /** One batch: as many outputs as fit what a log's tail takes at a time, at least one. */
    private List<Output> next() {
        List<Output> batch = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty()
                && (batch.isEmpty()
                        || bytes + waiting.element().bytes() <= kit.limits().tailSoftBytes())) {
            Weighed first = waiting.remove();
            bytes += first.bytes();
            batch.add(first.output());
        }
        waitingBytes -= bytes;
        return List.copyOf(batch);
    }

    private void flush() {
        if (closed || !isIdle()) {
            return;
        }
        closeRun();
        if (waiting.isEmpty()) {
            List<Runnable> due = List.copyOf(afterFlush);
            afterFlush.clear();
            due.forEach(Runnable::run);
            return;
        }
        underWay = next();
        batchNo++;
        append();
    }

    private void append() {
        Command produce = new Command.Produce(turn, epoch, batchNo, underWay);
        kit.service()
                .submit(Envelope.internal(key, kit.service().now(), writtenTo, produce))
                .onComplete(done -> {
                    if (closed) {
                        return;
                    }
                    if (done.failed()) {
                        About.of(key, turn, epoch)
                                .error(LOG)
                                .setCause(done.cause())
                                .log("append failed");
                        later();
                        return;
                    }
                    switch (done.result()) {
                        case Outcome.Done<Appended>(Appended appended) -> {
                            heardSinceBeat = true;
                            writtenTo = Math.max(writtenTo, appended.to());
                            subscribers = appended.subscribers();
                            underWay = List.of();
                            flush();
                            flushed.run();
                        }
                        case Outcome.Refused<Appended> refused -> refused(refused);
                    }
                });
    }

    private void refused(Outcome.Refused<Appended> refused) {
        if (refused.code().retryable()) {
            later();
            return;
        }
        switch (refused.code()) {
            case SESSION_FULL, TOO_LARGE -> {
                waiting.clear();
                waitingBytes = 0;
                pieces.clear();
                pieceBytes = 0;
                underWay = List.of(
                        new Output.End(TurnStatus.FAILED, refused.code().wire(), refused.message(), Usage.UNKNOWN));
                append();
            }
            default -> lose();
        }
    }

    private void lose() {
        kit.meters().lost().increment();
        lost.run();
    }

    private void later() {
        loop().after(RETRY_MILLIS, () -> {
            if (!closed) {
                append();
            }
        });
    }

    private Loop loop() {
        return kit.exchanges().loopOf(key);
    }

    private void beat() {
        if (heardSinceBeat || renewing) {
            heardSinceBeat = false;
            return;
        }
        renewing = true;
        kit.service()
                .submit(Envelope.internal(key, kit.service().now(), writtenTo, new Command.Renew(turn, epoch)))
                .onComplete(done -> {
                    renewing = false;
                    if (done.succeeded() && done.result() instanceof Outcome.Done<Appended>(Appended renewed)) {
                        subscribers = renewed.subscribers();
                        kit.meters().renewed().increment();
                    }
                    if (done.succeeded()
                            && done.result() instanceof Outcome.Refused<Appended> refused
                            && !refused.code().retryable()) {
                        lose();
                    }
                });
    }
}
