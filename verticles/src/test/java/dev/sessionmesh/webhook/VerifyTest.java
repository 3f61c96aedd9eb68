package dev.sessionmesh.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/webhooks.md that receivers are to verify signatures with. */
final class VerifyTest {
    private static final String PAGE = page();
    private static final long NOW = 1_795_396_400_000L;

    @TempDir
    Path dir;

    private final SigningKeys keys =
            new SigningKeys(List.of(SigningKey.generate(new SecureRandom()), SigningKey.generate(new SecureRandom())));
    private final Message message = new Message("msg_1", "{\"text\":\"tschüß\"}".getBytes(StandardCharsets.UTF_8));

    /** A request and whether it is genuine. */
    private record Attempt(String what, Map<String, String> headers, byte[] body, boolean genuine) {}

    private List<Attempt> attempts() {
        Map<String, String> good = message.headers(keys, NOW);
        SigningKeys others = new SigningKeys(List.of(SigningKey.generate(new SecureRandom())));
        String forged = message.headers(others, NOW).get("webhook-signature");
        return List.of(
                new Attempt("as it was sent", good, message.body(), true),
                new Attempt(
                        "two signatures, one of them good",
                        with(good, "webhook-signature", forged + " " + good.get("webhook-signature")),
                        message.body(),
                        true),
                new Attempt("another body", good, "{}".getBytes(StandardCharsets.US_ASCII), false),
                new Attempt("another id", with(good, "webhook-id", "msg_2"), message.body(), false),
                new Attempt("another's signature", with(good, "webhook-signature", forged), message.body(), false),
                new Attempt(
                        "another version",
                        with(
                                good,
                                "webhook-signature",
                                good.get("webhook-signature").replace("v1a", "v1")),
                        message.body(),
                        false),
                new Attempt("an old one", message.headers(keys, NOW - 400_000), message.body(), false),
                new Attempt("one of tomorrow", message.headers(keys, NOW + 400_000), message.body(), false));
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }

    @Test
    void the_java_code_of_the_page_tells_genuine_requests_from_others() throws Exception {
        Path source = Files.writeString(dir.resolve("Genuine.java"), block("java"));
        assertEquals(
                0,
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-Xlint:-options", "--release", "17", source.toString()));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {dir.toUri().toURL()})) {
            Method check = loader.loadClass("Genuine")
                    .getMethod(
                            "isGenuine",
                            String.class,
                            String.class,
                            String.class,
                            byte[].class,
                            String.class,
                            Instant.class);
            for (Attempt attempt : attempts()) {
                assertEquals(
                        attempt.genuine(),
                        check.invoke(
                                null,
                                attempt.headers().get("webhook-id"),
                                attempt.headers().get("webhook-timestamp"),
                                attempt.headers().get("webhook-signature"),
                                attempt.body(),
                                keys.newest().jwk().getString("x"),
                                Instant.ofEpochMilli(NOW)),
                        attempt.what());
            }
        }
    }

    @Test
    void the_node_code_of_the_page_tells_genuine_requests_from_others() throws Exception {
        assumeTrue(hasNode(), "Node is not installed");
        Files.writeString(dir.resolve("genuine.mjs"), block("js"));
        Path run = Files.writeString(dir.resolve("run.mjs"), """
                import { isGenuine } from './genuine.mjs';
                const [headers, body, jwks, now] = process.argv.slice(2);
                console.log(isGenuine(JSON.parse(headers), Buffer.from(body, 'base64'), JSON.parse(jwks), Number(now)));
                """);
        for (Attempt attempt : attempts()) {
            Process process = new ProcessBuilder(
                            "node",
                            run.toString(),
                            new JsonObject(new HashMap<>(attempt.headers())).encode(),
                            java.util.Base64.getEncoder().encodeToString(attempt.body()),
                            keys.published().encode(),
                            Long.toString(NOW))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertEquals(Boolean.toString(attempt.genuine()), said, attempt.what());
        }
    }

    private static boolean hasNode() throws InterruptedException {
        try {
            return new ProcessBuilder("node", "--version").start().waitFor() == 0;
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    void a_message_says_nothing_about_the_secret() {
        String shown = message.headers(keys, NOW) + " " + keys.newest();
        assertFalse(shown.contains(keys.newest().encoded()));
    }

    private static String block(String language) {
        Matcher found = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(PAGE);
        assertTrue(found.find(), "no code in " + language);
        return found.group(1);
    }

    private static String page() {
        try {
            return Files.readString(Path.of("..", "docs", "webhooks.md"));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
