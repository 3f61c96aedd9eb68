package dev.sessionmesh.tool.mcp;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A transport that remembers under which number the SDK sent each call, since the SDK can't cancel one and tells nobody its number. It also
 * keeps trouble to itself: the SDK would begin another session on its own account, and break off calls with an error that hides the reason.
 */
final class WireTap implements McpClientTransport {
    private final McpClientTransport transport;
    private final Consumer<Throwable> trouble;
    private final Map<Object, Object> numbers = new ConcurrentHashMap<>();

    WireTap(McpClientTransport transport, Consumer<Throwable> trouble) {
        this.transport = transport;
        this.trouble = trouble;
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        if (message instanceof McpSchema.JSONRPCRequest request
                && request.params() instanceof McpSchema.CallToolRequest call
                && call.progressToken() != null) {
            numbers.put(call.progressToken(), request.id());
        }
        return transport.sendMessage(message);
    }

    /** Whether the call with this token was ever handed to the network. */
    boolean sent(String token) {
        return numbers.containsKey(token);
    }

    void forget(String token) {
        numbers.remove(token);
    }

    /** Tells the server that nobody waits for this call any more; nothing happens for one that was not sent. */
    Mono<Void> cancel(String token, String reason) {
        return Optional.ofNullable(numbers.remove(token))
                .map(number -> transport.sendMessage(new McpSchema.JSONRPCNotification(
                        "notifications/cancelled", Map.of("requestId", number, "reason", reason))))
                .orElse(Mono.empty());
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> sdk) {
        transport.setExceptionHandler(trouble);
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return transport.connect(handler);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return transport.closeGracefully();
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return transport.unmarshalFrom(data, type);
    }

    @Override
    public List<String> protocolVersions() {
        return transport.protocolVersions();
    }
}
