package dev.sessionmesh.tool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sessionmesh.tool.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check of signatures that docs/tools.md shows, run by Node.js on what the code signs. */
@Timeout(60)
final class VerifySnippetIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final long TIME = 1_795_400_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "acme/s1/k1, body, 0, true",
        "acme/s1/k2, body, 0, false",
        "acme/s1/k1, other, 0, false",
        "acme/s1/k1, body, 400, false",
    })
    void the_snippet_accepts_what_was_signed_and_nothing_else(String id, String body, int later, boolean accepted)
            throws Exception {
        String signature =
                WebhookSignature.of(new Secret(SECRET), "acme/s1/k1", TIME, "body".getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                folder.resolve("verify.mjs"),
                Files.readString(Path.of("../docs/tools.md"))
                        .split("```js\n")[1]
                        .split("```")[0]);
        Files.writeString(folder.resolve("main.mjs"), """
                import { verify } from './verify.mjs'
                const headers = { 'webhook-id': '%s', 'webhook-timestamp': '%d', 'webhook-signature': '%s' }
                console.log(verify('%s', headers, '%s', %d))
                """.formatted(id, TIME, signature, SECRET, body, TIME + later));
        assertEquals(Boolean.toString(accepted), node(folder.resolve("main.mjs")));
    }

    private static String node(Path script) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder("node", script.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            assertNotEquals("true", System.getenv("CI"), "CI has Node.js");
            System.err.println("\n*** LEFT OUT: the snippet of docs/tools.md: Node.js is not installed\n");
            return Assumptions.abort("Node.js is not installed");
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(30, TimeUnit.SECONDS);
        return out.strip();
    }
}
