package dev.sessionmesh.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.access.Admission.Admitted;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdmissionTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");

    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static <T> T done(Future<Outcome<T>> future) throws Exception {
        return switch (future.await(10, TimeUnit.SECONDS)) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T> refused -> throw new AssertionError(refused.toString());
        };
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.sleep(20);
        }
    }

    private final AtomicBoolean quorum = new AtomicBoolean(true);

    private void write(String... keys) throws Exception {
        JsonArray entries = new JsonArray();
        for (String key : keys) {
            entries.add(new JsonObject()
                    .put("name", "shop")
                    .put("sha256", BackEndKeys.sha256(key))
                    .put("roles", new JsonArray().add("till").add("desk").add("till"))
                    .put("sessions", new JsonObject().put("*", "*")));
        }
        Files.writeString(
                dir.resolve("keys.json"), new JsonObject().put("keys", entries).encode());
    }

    private Admission admission() throws Exception {
        Admission admission = new Admission(
                vertx,
                Optional.empty(),
                Optional.of(BackEndKeys.open(vertx, dir.resolve("keys.json"))),
                quorum::get,
                InstantSource.system());
        admission.start().await(10, TimeUnit.SECONDS);
        return admission;
    }

    /** A handshake that goes on elsewhere would meet feeds and tabs on another event loop than theirs. */
    @Test
    void whoever_waits_for_the_issuer_goes_on_where_he_asked() throws Exception {
        Mint mint = Mint.of("HS256", "k1");
        Promise<Void> slow = Promise.promise();
        HttpServer issuer = vertx.createHttpServer()
                .requestHandler(request -> slow.future()
                        .onComplete(now -> request.response().end(Mint.set(mint).encode())))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        URI address = URI.create("http://127.0.0.1:" + issuer.actualPort());
        TokenKeys keys = TokenKeys.open(
                vertx,
                new TokenKeys.Source(Optional.empty(), Optional.of(address), Optional.empty(), Optional.empty()));
        Admission admission =
                new Admission(vertx, Optional.of(keys), Optional.empty(), quorum::get, InstantSource.system());
        long now = System.currentTimeMillis() / 1000;
        String token =
                mint.token(new JsonObject().put("sub", "ada").put("iat", now).put("exp", now + 60));
        List<Future<Void>> asked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Context loop = ((VertxInternal) vertx).createEventLoopContext();
            Promise<Void> arrived = Promise.promise();
            asked.add(arrived.future());
            loop.runOnContext(start -> admission.admit(token).onComplete(outcome -> {
                try {
                    assertSame(loop, Vertx.currentContext());
                    assertInstanceOf(Outcome.Done.class, outcome.result());
                    arrived.complete();
                } catch (AssertionError elsewhere) {
                    arrived.fail(elsewhere);
                }
            }));
        }
        Thread.sleep(200);
        slow.complete();
        Future.all(asked).await(10, TimeUnit.SECONDS);
    }

    @Test
    void the_key_of_a_back_end_ends_with_its_entry_and_so_does_what_it_opened() throws Exception {
        write("smk_leaked");
        Admission admission = admission();
        Admitted leaked = done(admission.admit("smk_leaked"));
        Admitted byTicket =
                done(admission.redeem(done(admission.ticket(leaked.access())).value()));
        assertTrue(leaked.access().permits(KEY, Access.Action.ADMIN));
        assertTrue(byTicket.access().permits(KEY, Access.Action.ADMIN));

        write("smk_leaked", "smk_fresh");
        until("the new key to be known", () -> admission.admit("smk_fresh").result() instanceof Outcome.Done);
        assertTrue(leaked.access().isValid(), "both are in the file");
        write("smk_fresh");
        until("the old key to be gone", () -> !leaked.access().isValid());
        assertFalse(byTicket.access().isValid(), "of the same name, and another key");
        assertFalse(leaked.access().permits(KEY, Access.Action.READ));
        assertTrue(done(admission.admit("smk_fresh")).access().isValid());
    }

    @Test
    void roles_come_with_the_key_and_with_the_ticket_that_it_was_exchanged_for() throws Exception {
        write("smk_one");
        Admission admission = admission();
        Admitted byKey = done(admission.admit("smk_one"));
        assertEquals(List.of("desk", "till"), byKey.roles(), "each once");
        Admitted byTicket =
                done(admission.redeem(done(admission.ticket(byKey.access())).value()));
        assertEquals(byKey.roles(), byTicket.roles());
    }

    /** The other side has the ticket too, and may have let somebody in with it. */
    @Test
    void a_node_that_is_cut_off_neither_hands_out_tickets_nor_takes_them() throws Exception {
        write("smk_one");
        Admission admission = admission();
        Access access = done(admission.admit("smk_one")).access();
        String ticket = done(admission.ticket(access)).value();
        quorum.set(false);
        assertEquals(ErrorCode.NO_QUORUM, refusal(admission.ticket(access)));
        assertEquals(ErrorCode.NO_QUORUM, refusal(admission.redeem(ticket)));
        assertInstanceOf(Outcome.Done.class, admission.admit("smk_one").result(), "who proves it himself may come in");
        quorum.set(true);
        done(admission.redeem(ticket));
        assertEquals(ErrorCode.UNAUTHORIZED, refusal(admission.redeem(ticket)), "it was used");
    }

    private static ErrorCode refusal(Future<? extends Outcome<?>> asked) throws Exception {
        return assertInstanceOf(Outcome.Refused.class, asked.await(10, TimeUnit.SECONDS))
                .code();
    }

    @Test
    void a_credential_of_another_kind_opens_nothing() throws Exception {
        write("smk_one");
        Admission admission = admission();
        for (String given : new String[] {"", "smk_", "smk_two", "one", "x".repeat(9_000)}) {
            Outcome<Admitted> outcome = admission.admit(given).await(10, TimeUnit.SECONDS);
            assertEquals(
                    ErrorCode.UNAUTHORIZED,
                    assertInstanceOf(Outcome.Refused.class, outcome).code());
        }
        Outcome<?> forNobody = admission.ticket(Access.ALL).await(10, TimeUnit.SECONDS);
        assertInstanceOf(Outcome.Refused.class, forNobody);
    }
}
