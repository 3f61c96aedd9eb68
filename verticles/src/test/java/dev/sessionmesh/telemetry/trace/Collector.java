package dev.sessionmesh.telemetry.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes OTLP over HTTP, as a collector does. */
final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final List<ExportTraceServiceRequest> taken = new CopyOnWriteArrayList<>();
    private final List<Headers> headers = new CopyOnWriteArrayList<>();
    /** What it answers. */
    volatile int status = 200;

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange;
                    InputStream body = exchange.getRequestBody()) {
                headers.add(exchange.getRequestHeaders());
                boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                byte[] bytes = zipped ? new GZIPInputStream(body).readAllBytes() : body.readAllBytes();
                if (exchange.getRequestURI().getPath().equals("/v1/traces")) {
                    taken.add(parsed(bytes));
                    exchange.sendResponseHeaders(status, -1);
                } else {
                    exchange.sendResponseHeaders(404, -1);
                }
            }
        });
        server.start();
    }

    private static ExportTraceServiceRequest parsed(byte[] bytes) throws IOException {
        try {
            return ExportTraceServiceRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException malformed) {
            throw new IOException(malformed);
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<ExportTraceServiceRequest> taken() {
        return taken;
    }

    List<Headers> headers() {
        return headers;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
