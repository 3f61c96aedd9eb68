package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.gateway.Tab;
import dev.sessionmesh.gateway.TabChannel;
import dev.sessionmesh.gateway.WireFrame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A tab over server-sent events, for clients that can't open WebSockets: a frame is an event named after its type, with its seq as the
 * id that browsers send back as {@code Last-Event-ID} when they reconnect, to whichever node.
 */
final class EventStream implements TabChannel {
    /** When browsers come back after a lost connection. */
    private static final String RETRY = "retry: 1000\n\n";

    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");
    private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DETACHED = "detached".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    /** Every frame begins so; its type follows. */
    private static final int TYPE_AT = "{\"type\":\"".length();

    private final HttpServerResponse response;
    private final int windowBytes;
    private Runnable stop = () -> {};
    private boolean stopped;

    EventStream(HttpServerResponse response, int windowBytes) {
        this.response = response;
        this.windowBytes = windowBytes;
    }

    /** Where the client stands: behind the last event it saw, else where the address says, else before the first. */
    static Hub.Begin begin(HttpServerRequest request) {
        OptionalLong last = Query.number("Last-Event-ID", request.getHeader("Last-Event-ID"), 0, Long.MAX_VALUE);
        OptionalLong after =
                last.isPresent() ? last : Query.number("after", request.getParam("after"), 0, Long.MAX_VALUE);
        Optional<String> pos = Optional.ofNullable(request.getParam("pos"));
        Optional<Position> position = pos.flatMap(Position::parse);
        if (pos.isPresent() && position.isEmpty()) {
            throw new BadRequestException(ErrorCode.BAD_POSITION, "pos is not one that a server gave");
        }
        boolean anywhere = after.isEmpty() && position.isEmpty();
        return new Hub.Begin(position, anywhere ? OptionalLong.of(0) : after, Optional.empty());
    }

    /** @param forget called once, when it is over */
    void start(Hub.Attachment attachment, Runnable forget) {
        Tab tab = attachment.tab();
        open(tab::pump, () -> {
            forget.run();
            tab.close();
        });
        tab.start(attachment.answer());
    }

    /**
     * Begins the answer.
     *
     * @param pump called when the client takes more
     * @param over called once, when it is over
     */
    void open(Runnable pump, Runnable over) {
        stop = over;
        response.setChunked(true)
                .setWriteQueueMaxSize(windowBytes)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no")
                .putHeader("X-Content-Type-Options", "nosniff");
        response.drainHandler(drained -> pump.run());
        response.exceptionHandler(broken -> stop());
        response.closeHandler(gone -> stop());
        response.write(RETRY);
    }

    /** A comment, so that neither side takes silence for death. */
    void beat() {
        if (writable()) {
            response.write(HEARTBEAT);
        }
    }

    void end() {
        if (!stopped) {
            stop();
            response.end();
        }
    }

    private void stop() {
        if (!stopped) {
            stopped = true;
            stop.run();
        }
    }

    @Override
    public void send(WireFrame frame) {
        if (stopped) {
            return;
        }
        int typeEnd = TYPE_AT;
        byte[] json = frame.json();
        while (json[typeEnd] != '"') {
            typeEnd++;
        }
        Buffer event = Buffer.buffer(json.length + 64);
        if (frame.seq() > 0) {
            event.appendBytes(ID).appendString(Long.toString(frame.seq())).appendByte((byte) '\n');
        }
        event.appendBytes(EVENT).appendBytes(json, TYPE_AT, typeEnd - TYPE_AT);
        event.appendBytes(DATA).appendBytes(json).appendBytes(END);
        response.write(event);
        if (isDetached(json, typeEnd)) {
            end();
        }
    }

    /** The session is gone; a browser that comes back is told so by the status. */
    private static boolean isDetached(byte[] json, int typeEnd) {
        return Arrays.equals(json, TYPE_AT, typeEnd, DETACHED, 0, DETACHED.length);
    }

    @Override
    public boolean writable() {
        return !stopped && !response.writeQueueFull();
    }
}
