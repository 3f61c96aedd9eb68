package dev.sessionmesh.gateway.socket;

import dev.sessionmesh.core.Limits;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server's settings as far as they are about sockets and WebSockets; where to listen is for the caller to add. */
public final class SocketOptions {
    /**
     * Asked of the kernel for each connection, which doubles it. Without it the kernel grows the buffer of a slow tab to
     * megabytes, and all of that is text that could have been merged. It allows 1 MB/s to a tab a quarter of a second away.
     */
    static final int SEND_BUFFER_BYTES = 128 * 1024;

    /** Connections that may wait to be accepted: the tabs of a lost node come back within a second. */
    static final int ACCEPT_BACKLOG = 4096;

    /** Chosen where a client offers it, such as beside its token. */
    static final String SUBPROTOCOL = "sessionmesh.v1";

    /** How long a tab has to answer a close frame. */
    static final int CLOSING_TIMEOUT_SECONDS = 5;

    /** What a silent connection gets beyond its 2.5 heartbeats, so that the coded close comes first. */
    private static final long IDLE_GRACE_MILLIS = 10_000;

    private SocketOptions() {}

    /**
     * Compression is off: with it a tab costs 100 KB more and a delivery four to five times the processor, and a frame could not
     * be encoded once for all tabs.
     */
    public static HttpServerOptions of(Limits limits) {
        return new HttpServerOptions()
                // One request at a time on a connection: what a slow or hasty one costs is bounded by their number.
                .setHttp2ClearTextEnabled(false)
                .setDecompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setWebSocketSubProtocols(List.of(SUBPROTOCOL))
                .setMaxWebSocketFrameSize(limits.frameBytes())
                .setMaxWebSocketMessageSize(limits.frameBytes())
                .setWebSocketClosingTimeout(CLOSING_TIMEOUT_SECONDS)
                .setIdleTimeout(Math.toIntExact(limits.heartbeat().toMillis() * 5 / 2 + IDLE_GRACE_MILLIS))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpNoDelay(true)
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setAcceptBacklog(ACCEPT_BACKLOG);
    }
}
