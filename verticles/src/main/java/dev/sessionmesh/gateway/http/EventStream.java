package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.gateway.Tab;
import dev.sessionmesh.gateway.TabChannel;
import dev.sessionmesh.gateway.WireFrame;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
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
    private boolean closed;

    private EventStream(HttpServerResponse response) {
        this.response = response;
    }

    /** Follows a session until the client goes, or the session does. */
    static void follow(RoutingContext call, Hub hub, Identity.Caller caller, SessionKey key) {
        Hub.Begin begin = begin(call.request());
        EventStream stream = new EventStream(call.response());
        call.response().closeHandler(gone -> stream.closed = true);
        Answers.when(call, hub.attach(caller.actor(), key, begin, stream), attachment -> {
            if (stream.closed) {
                attachment.tab().close();
            } else {
                stream.start(call.vertx(), hub, attachment);
            }
        });
    }

    /** Where the client stands: behind the last event it saw, else where the address says, else before the first. */
    private static Hub.Begin begin(HttpServerRequest request) {
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

    private void start(Vertx vertx, Hub hub, Hub.Attachment attachment) {
        Tab tab = attachment.tab();
        response.setChunked(true)
                .setWriteQueueMaxSize(hub.limits().tabWindowBytes())
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no")
                .putHeader("X-Content-Type-Options", "nosniff");
        long beat = vertx.setPeriodic(hub.limits().heartbeat().toMillis(), timer -> {
            if (writable()) {
                response.write(HEARTBEAT);
            }
        });
        response.drainHandler(drained -> tab.pump());
        response.exceptionHandler(broken -> {});
        response.closeHandler(gone -> {
            closed = true;
            vertx.cancelTimer(beat);
            tab.close();
        });
        response.endHandler(ended -> vertx.cancelTimer(beat));
        response.write(RETRY);
        tab.start(attachment.answer());
    }

    @Override
    public void send(WireFrame frame) {
        if (closed || response.ended()) {
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
        if (isDetached(json, typeEnd)) {
            response.end(event);
        } else {
            response.write(event);
        }
    }

    /** The session is gone; a browser that comes back is told so by the status. */
    private static boolean isDetached(byte[] json, int typeEnd) {
        return Arrays.equals(json, TYPE_AT, typeEnd, DETACHED, 0, DETACHED.length);
    }

    @Override
    public boolean writable() {
        return !closed && !response.ended() && !response.writeQueueFull();
    }
}
