package dev.sessionmesh.gateway.socket;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import org.jspecify.annotations.Nullable;

/**
 * Answers frames that break the WebSocket protocol with the close code that says so, where Vert.x would only drop the connection: a
 * client that sees 1006 comes back and sends the same again.
 */
final class BrokenFrames extends ChannelInboundHandlerAdapter {
    private boolean closing;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing) {
            io.netty.util.ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (!(violation(failure) instanceof CorruptedWebSocketFrameException broken)) {
            context.fireExceptionCaught(failure);
        } else if (!closing) {
            closing = true;
            context.writeAndFlush(new CloseWebSocketFrame(broken.closeStatus()))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static @Nullable Throwable violation(Throwable failure) {
        return failure instanceof CorruptedWebSocketFrameException ? failure : failure.getCause();
    }
}
