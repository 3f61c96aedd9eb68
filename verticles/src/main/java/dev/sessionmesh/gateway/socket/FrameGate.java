package dev.sessionmesh.gateway.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Context;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sits next to Vert.x in the pipeline, where every flush starts and frames are still frames. It gathers the flushes of a round
 * of the event loop into one, notices the close frame going out, and reports when the channel becomes writable again.
 *
 * <p>Vert.x answers every ping at once, whether the peer reads or not. Of the pings that arrive in one go
 * only the last is passed on, and that only while the channel is writable: RFC 6455 (5.5.3) asks for no more,
 * and a peer that pings without reading costs one ping.
 */
final class FrameGate extends FlushConsolidationHandler {
    /** Flushes that may gather before one is done: bounds how long the first frame waits when a loop has a long backlog. */
    private static final int FLUSHES_GATHERED = 256;

    private final Context context;
    private Runnable onWritable = () -> {};
    private boolean reportPending;
    private boolean closing;
    private boolean peerReads;
    private @Nullable PingWebSocketFrame ping;

    FrameGate(Context context) {
        super(FLUSHES_GATHERED, true);
        this.context = context;
    }

    /**
     * Also narrows an idle watch to what is read, here and by the peer. A watch on each write would cost an
     * object and a listener for it; that a full window has room again tells as much.
     */
    void install(ChannelHandlerContext vertx) {
        ChannelPipeline pipeline = vertx.pipeline();
        pipeline.addBefore(vertx.name(), "frameGate", this);
        IdleStateHandler idle = pipeline.get(IdleStateHandler.class);
        if (idle != null && idle.getAllIdleTimeInMillis() > 0) {
            pipeline.replace(idle, "readIdle", new SilenceWatch(idle.getAllIdleTimeInMillis()));
        }
    }

    void onWritable(Runnable action) {
        onWritable = action;
    }

    boolean closing() {
        return closing;
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) throws Exception {
        if (message instanceof PingWebSocketFrame latest) {
            keep(latest);
        } else {
            super.channelRead(channel, message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channel) throws Exception {
        passPing(channel);
        super.channelReadComplete(channel);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext channel) throws Exception {
        keep(null);
        super.handlerRemoved(channel);
    }

    private void keep(@Nullable PingWebSocketFrame latest) {
        if (ping != null) {
            ping.release();
        }
        ping = latest;
    }

    private void passPing(ChannelHandlerContext channel) {
        PingWebSocketFrame due = ping;
        if (due != null && channel.channel().isWritable()) {
            ping = null;
            channel.fireChannelRead(due);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof CloseWebSocketFrame) {
            closing = true;
        }
        super.write(context, message, promise);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channel) throws Exception {
        // Vert.x first: what waits in its queue was written before anything that our caller will write now.
        super.channelWritabilityChanged(channel);
        passPing(channel);
        peerReads |= channel.channel().isWritable();
        if (channel.channel().isWritable() && !reportPending && !closing) {
            reportPending = true;
            context.runOnContext(none -> {
                reportPending = false;
                onWritable.run();
            });
        }
    }

    private final class SilenceWatch extends IdleStateHandler {
        SilenceWatch(long millis) {
            super(millis, 0, 0, TimeUnit.MILLISECONDS);
        }

        @Override
        protected void channelIdle(ChannelHandlerContext channel, IdleStateEvent silence) throws Exception {
            boolean alive = peerReads;
            peerReads = false;
            if (!alive) {
                super.channelIdle(channel, silence);
            }
        }
    }
}
