package dev.sessionmesh.tool.mcp;

import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolLimits;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapperSupplier;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One client of an MCP server, good for one session of it. Making one blocks for a moment; nothing goes out before it is asked something. */
final class McpLine {
    /** The SDK gives up by itself a while after we did, so that it is always us who tell the server. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A header, and what a request's context holds for it. */
    static final String TRACE = "traceparent";

    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final Sinks.Empty<Void> over = Sinks.empty();
    private final WireTap tap;
    private final McpAsyncClient client;
    private final AtomicBoolean probing = new AtomicBoolean();

    /** What a line tells without being asked. */
    interface Listener {
        void trouble(McpLine line, Throwable what);

        void tools(List<McpSchema.Tool> changed);

        void progress(McpSchema.ProgressNotification report);
    }

    McpLine(NodeTools.McpServer server, ToolLimits limits, Listener listener) {
        this.tap = new WireTap(transport(server, limits, over.asMono()), what -> listener.trouble(this, what));
        this.client = McpClient.async(tap)
                .clientInfo(McpSchema.Implementation.builder("sessionmesh", "1").build())
                .requestTimeout(server.timeout().plus(GRACE))
                .initializationTimeout(limits.connect().multipliedBy(2))
                .toolsChangeConsumer(changed -> Mono.fromRunnable(() -> listener.tools(changed)))
                .progressConsumer(report -> Mono.fromRunnable(() -> listener.progress(report)))
                .build();
    }

    private static HttpClientStreamableHttpTransport transport(
            NodeTools.McpServer server, ToolLimits limits, Mono<Void> over) {
        URI url = server.url();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        var builder = HttpClientStreamableHttpTransport.builder(url.getScheme() + "://" + url.getRawAuthority())
                .endpoint((url.getRawPath().isEmpty() ? "/" : url.getRawPath()) + query)
                .jsonMapper(new JacksonMcpJsonMapperSupplier().get())
                .connectTimeout(limits.connect())
                // Escapes can make a result six times as long on the wire.
                .maxResponseSize(6 * limits.resultBytes())
                // Where a server sends us is its own choice, not the operator's.
                .customizeClient(http -> http.followRedirects(HttpClient.Redirect.NEVER));
        builder.addHttpRequestCustomizer((request, method, endpoint, body, context) -> server.headers()
                .forEach(header ->
                        request.setHeader(header.name(), header.value().reveal())));
        builder.addHttpRequestCustomizer((request, method, endpoint, body, context) -> {
            if (context.get(TRACE) instanceof String place) {
                request.setHeader(TRACE, place);
            }
        });
        // Before the SDK tells a call that the server knows no such session, it says goodbye to that session, and when
        // the answer is there it cuts all exchanges of it, the refused one too if it has not heard yet: its call would
        // then wait in vain. So the goodbye waits until the line is closed.
        builder.addAsyncHttpRequestCustomizer((request, method, endpoint, body, context) ->
                "DELETE".equals(method) ? over.thenReturn(request) : Mono.just(request));
        return builder.build();
    }

    WireTap tap() {
        return tap;
    }

    McpAsyncClient client() {
        return client;
    }

    /** Tells the server of this session that a call is not waited for any more. */
    void cancel(String token, String reason) {
        McpSchema.InitializeResult session = client.getCurrentInitializationResult();
        if (session != null) {
            tap.cancel(token, reason)
                    .contextWrite(context ->
                            context.put(McpAsyncClient.NEGOTIATED_PROTOCOL_VERSION, session.protocolVersion()))
                    .timeout(GOODBYE)
                    .onErrorComplete()
                    .subscribe();
        }
    }

    /** Breaks off what is under way, and says goodbye if there is somebody to hear it. */
    void close() {
        over.tryEmitEmpty();
        client.closeGracefully().timeout(GOODBYE).onErrorComplete().subscribe();
    }

    /** Whether somebody is finding out if the server is still there. */
    AtomicBoolean probing() {
        return probing;
    }
}
