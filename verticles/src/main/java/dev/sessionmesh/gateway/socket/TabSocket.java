package dev.sessionmesh.gateway.socket;

import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.VertxConnection;

/**
 * The way of encoded frames to one tab. A delivery costs a share of a system call: no framing, no JSON, no copy on our side,
 * and the frames written to a tab in one round of its event loop leave together.
 *
 * <p>It never queues: a frame is taken only while fewer than {@code windowBytes} are on their way to the tab (counted by Netty,
 * with about 100 bytes of its own per frame), so a tab that does not read costs at most the window, one frame, and the
 * kernel's send buffer ({@link SocketOptions}). Frames keep their place among whatever is written with Vert.x's own methods;
 * nothing follows a close frame. What Vert.x's methods write is not bounded here: stop reading commands from a tab that
 * is not writable.
 *
 * <p>All methods belong to the socket's event loop.
 */
public final class TabSocket {
    private final Channel channel;
    private final EventExecutor loop;
    private final VertxConnection connection;
    private final FrameGate gate;

    private TabSocket(VertxInternals internals, FrameGate gate) {
        this.channel = internals.context().channel();
        this.loop = internals.context().executor();
        this.connection = internals.connection();
        this.gate = gate;
    }

    /** Takes over a socket, once; to be called in its handler. */
    public static TabSocket of(ServerWebSocket socket, int windowBytes) {
        VertxInternals internals = VertxInternals.of(socket);
        Context context = Vertx.currentContext();
        if (context == null || !internals.context().executor().inEventLoop()) {
            throw new IllegalStateException("A tab's socket belongs to its event loop");
        }
        if (internals.context().pipeline().get(FrameGate.class) != null) {
            throw new IllegalStateException("This socket has been taken over before");
        }
        Channel channel = internals.context().channel();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(windowBytes / 2, windowBytes));
        FrameGate gate = new FrameGate(context);
        gate.install(internals.context());
        String vertx = internals.context().name();
        channel.pipeline()
                .addBefore(vertx, "mesh-utf8", new Utf8FrameValidator(false))
                .addBefore(vertx, "mesh-broken-frames", new BrokenFrames());
        return new TabSocket(internals, gate);
    }

    /**
     * Sends a frame, unless the tab's window is full or the socket is closing or closed.
     *
     * @return whether it was taken; if not, nothing of it was sent
     */
    public boolean write(EncodedFrame frame) {
        if (!writable()) {
            return false;
        }
        connection.writeToChannel(frame.view());
        return true;
    }

    /** Whether the next {@link #write} is taken. Never true again once the socket is closing. */
    public boolean writable() {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("A tab's socket belongs to its event loop");
        }
        return channel.isWritable() && !gate.closing();
    }

    /**
     * Calls {@code action} each time the window has room again after it was full: on the socket's context and from a task of
     * its own, never from inside a {@link #write}. By then the socket may be full again, or closed.
     */
    public void onWritable(Runnable action) {
        gate.onWritable(action);
    }
}
