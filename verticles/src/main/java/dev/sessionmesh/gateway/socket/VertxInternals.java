package dev.sessionmesh.gateway.socket;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.websocket.WebSocketConnectionImpl;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.net.impl.VertxHandler;

/**
 * What we use of Vert.x that it does not promise to keep: from a WebSocket to its Netty context, and to the queue through which
 * Vert.x itself writes. Going through that queue is what keeps our frames in order with the pings, answers and close frames
 * that Vert.x writes, and it lets bytes pass that are encoded already. Writing to the channel behind the back of Vert.x measured
 * no faster within the noise.
 *
 * @param context the place of Vert.x in the channel's pipeline
 * @param connection the owner of the outbound queue
 */
record VertxInternals(ChannelHandlerContext context, VertxConnection connection) {

    static VertxInternals of(ServerWebSocket socket) {
        if (socket instanceof WebSocketInternal internal
                && internal.channelHandlerContext().handler() instanceof VertxHandler<?> handler
                && handler.getConnection() instanceof WebSocketConnectionImpl connection) {
            return new VertxInternals(internal.channelHandlerContext(), connection);
        }
        throw new IllegalStateException("The insides of Vert.x have moved: no way from a "
                + socket.getClass().getName() + " to its channel and queue. See " + VertxInternals.class.getName());
    }
}
