package dev.sessionmesh.gateway.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Context;
import java.util.concurrent.TimeUnit;

/**
 * Sits next to Vert.x in the pipeline, where every flush starts and frames are still frames. It gathers the flushes of a round
 * of the event loop into one, notices the close frame going out, and reports when the channel becomes writable again.
 */
final class FrameGate extends FlushConsolidationHandler {
    /** Flushes that may gather before one is done: bounds how long the first frame waits when a loop has a long backlog. */
    private static final int FLUSHES_GATHERED = 256;

    private final Context context;
    private Runnable onWritable = () -> {};
    private boolean reportPending;
    private boolean closing;

    FrameGate(Context context) {
        super(FLUSHES_GATHERED, true);
        this.context = context;
    }

    /**
     * Also narrows an idle watch to what is read. A watch on writes would cost an object and a listener for each of them, and a
     * peer that vanished is told by its silence.
     */
    void install(ChannelHandlerContext vertx) {
        ChannelPipeline pipeline = vertx.pipeline();
        pipeline.addBefore(vertx.name(), "frameGate", this);
        IdleStateHandler idle = pipeline.get(IdleStateHandler.class);
        if (idle != null && idle.getAllIdleTimeInMillis() > 0) {
            pipeline.replace(
                    idle, "readIdle", new IdleStateHandler(idle.getAllIdleTimeInMillis(), 0, 0, TimeUnit.MILLISECONDS));
        }
    }

    void onWritable(Runnable action) {
        onWritable = action;
    }

    boolean closing() {
        return closing;
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
        if (channel.channel().isWritable() && !reportPending && !closing) {
            reportPending = true;
            context.runOnContext(none -> {
                reportPending = false;
                onWritable.run();
            });
        }
    }
}
