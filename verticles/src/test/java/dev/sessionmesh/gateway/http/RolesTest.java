package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With which roles a request's commands will travel. */
@Timeout(60)
class RolesTest {
    @TempDir
    private Path dir;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void whoever_need_not_prove_himself_is_believed_his_roles() throws Exception {
        assertEquals(
                List.of("lead", "on call"),
                claimed("/?user=ada&roles=on%20call,lead,lead").roles());
        assertEquals(List.of(), claimed("/?user=ada").roles());
        assertEquals(List.of(), claimed("/?user=ada&roles=").roles());
    }

    @Test
    void but_not_what_is_no_role() throws Exception {
        for (String roles : List.of("a,,b", "a%0Ab", "%1b%5b31m", "x".repeat(65), "r,".repeat(40) + "r", "%zz")) {
            Outcome<Identity.Caller> who = ask(Identity.CLAIMED, "/?user=ada&roles=" + roles, "");
            assertEquals(
                    ErrorCode.BAD_FIELD,
                    assertInstanceOf(Outcome.Refused.class, who, roles).code());
        }
    }

    @Test
    void a_back_ends_roles_are_those_of_its_key_and_of_nothing_else() throws Exception {
        Path keys = TwoTenants.file(dir);
        Files.writeString(keys, Files.readString(keys).replaceFirst("\"tenant\"", "\"roles\":[\"till\"],\"tenant\""));
        Identity proven = new ProvenIdentity(BackEnds.admission(vertx, keys));
        Outcome<Identity.Caller> who = ask(proven, "/?roles=boss", "Bearer " + TwoTenants.LOUD);
        assertEquals(List.of("till"), origin(who).roles());
        who = ask(proven, "/?roles=boss", "Bearer " + TwoTenants.CALM);
        assertEquals(List.of(), origin(who).roles());
    }

    private Origin claimed(String address) throws Exception {
        return origin(ask(Identity.CLAIMED, address, ""));
    }

    private static Origin origin(Outcome<Identity.Caller> outcome) {
        if (outcome instanceof Outcome.Done<Identity.Caller>(Identity.Caller caller)) {
            return caller.origin();
        }
        throw new AssertionError(outcome.toString());
    }

    private Outcome<Identity.Caller> ask(Identity identity, String address, String authorization) throws Exception {
        CompletableFuture<Outcome<Identity.Caller>> told = new CompletableFuture<>();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> answer(identity, request, told))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            String head = "GET " + address + " HTTP/1.1\r\nHost: a\r\n"
                    + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n") + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return told.get(10, TimeUnit.SECONDS);
        } finally {
            server.close().await(10, TimeUnit.SECONDS);
        }
    }

    private static void answer(
            Identity identity, HttpServerRequest request, CompletableFuture<Outcome<Identity.Caller>> told) {
        identity.of(request).onSuccess(told::complete).onFailure(told::completeExceptionally);
        request.response().end();
    }
}
