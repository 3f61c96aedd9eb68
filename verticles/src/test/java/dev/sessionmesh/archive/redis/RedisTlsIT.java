package dev.sessionmesh.archive.redis;

import static dev.sessionmesh.archive.ArchiveProbe.failed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveContract;
import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.ArchiveException.Kind;
import dev.sessionmesh.archive.redis.RedisSettings.Identity;
import dev.sessionmesh.archive.redis.RedisSettings.Login;
import dev.sessionmesh.archive.redis.RedisSettings.Tls;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over TLS, by a user who may do no more than docs/archive.md says that he must. */
final class RedisTlsIT extends ArchiveContract {
    private static final Vertx VERTX = Vertx.vertx();
    private static final SessionKey KEY = new SessionKey("t", "s");
    private static final String SECRET = "a very secret word";

    @TempDir
    private static Path dir;

    private static RedisProcess redis;
    private static RedisArchive archive;
    private static RedisSettings settings;
    private static Certificates server;
    private static Certificates client;

    @BeforeAll
    static void start() throws Exception {
        RedisProcess.needInstalled();
        server = Certificates.make(dir, "server");
        client = Certificates.make(dir, "client");
        Path trusted = Files.writeString(
                dir.resolve("trusted.crt"),
                Files.readString(server.certificate()) + Files.readString(client.certificate()));
        int port = Ports.free();
        List<String> options = new ArrayList<>(List.of(
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                server.certificate().toString(),
                "--tls-key-file",
                server.key().toString(),
                "--tls-ca-cert-file",
                trusted.toString(),
                "--tls-auth-clients",
                "yes",
                "--user",
                "default",
                "off"));
        options.addAll(List.of("--user", "mesh", "on", ">" + SECRET.replace(' ', '_')));
        options.addAll(documentedRule());
        redis = RedisProcess.startGuarded(port, options.toArray(String[]::new));
        Path password = Files.writeString(dir.resolve("password"), SECRET.replace(' ', '_') + "\n");
        settings = RedisSettings.parse("rediss://127.0.0.1:" + port)
                .with(tls(client))
                // The first handshake loads many classes.
                .with(RedisLimits.DEFAULT.withAnswer(Duration.ofSeconds(8)))
                .withLogin(new Login(Optional.of("mesh"), Optional.of(password)));
        archive = RedisArchive.open(VERTX, settings);
    }

    private static Tls tls(Certificates who) {
        return new Tls(Optional.of(server.certificate()), Optional.of(new Identity(who.certificate(), who.key())));
    }

    /** What the page gives to copy, so that it can't ask for too little. */
    private static List<String> documentedRule() throws Exception {
        String page = Files.readString(Path.of("../docs/archive.md"));
        int start = page.indexOf("ACL SETUSER");
        assertTrue(start > 0, "the page has the rule");
        String block = page.substring(start, page.indexOf("```", start));
        List<String> words = List.of(block.replace("\\\n", " ").strip().split("\\s+"));
        assertEquals("~sessionmesh:*", words.get(5), "behind ACL SETUSER, the name, on and the password");
        return words.subList(5, words.size());
    }

    @AfterAll
    static void stop() {
        if (archive != null) {
            archive.close();
            redis.close();
        }
        VERTX.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }

    private static ArchiveException refused(RedisSettings with) {
        RedisArchive other = RedisArchive.open(VERTX, with);
        try {
            ArchiveException failure = failed(other.mark(KEY));
            assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
            return failure;
        } finally {
            other.close();
        }
    }

    @Test
    void a_server_that_cannot_prove_who_it_is_gets_no_password() {
        Tls tls = new Tls(
                Optional.of(client.certificate()), Optional.of(new Identity(client.certificate(), client.key())));
        ArchiveException failure = refused(settings.with(tls));
        assertEquals(Kind.AWAY, failure.kind());
        assertTrue(failure.getMessage().contains("TLS"), failure.getMessage());
    }

    @Test
    void who_shows_no_certificate_is_not_let_in() {
        assertEquals(
                Kind.AWAY,
                refused(settings.with(new Tls(Optional.of(server.certificate()), Optional.empty())))
                        .kind());
    }

    @Test
    void who_has_the_wrong_password_is_not_let_in() throws Exception {
        Path wrong = Files.writeString(dir.resolve("wrong"), "another secret");
        ArchiveException failure = refused(settings.withLogin(new Login(Optional.of("mesh"), Optional.of(wrong))));
        assertEquals(Kind.DENIED, failure.kind());
        assertTrue(failure.getMessage().contains("WRONGPASS"), failure.getMessage());
    }

    @Test
    void who_gives_no_password_is_not_let_in() {
        assertEquals(Kind.DENIED, refused(settings.withLogin(Login.NONE)).kind());
    }

    @Test
    void keys_of_others_are_out_of_reach() {
        assertEquals(Kind.DENIED, refused(settings.withPrefix("somebody-else")).kind());
    }
}
