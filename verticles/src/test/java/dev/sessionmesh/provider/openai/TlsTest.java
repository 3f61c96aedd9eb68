package dev.sessionmesh.provider.openai;

import static dev.sessionmesh.provider.openai.FakeModel.DONE;
import static dev.sessionmesh.provider.openai.FakeModel.finish;
import static dev.sessionmesh.provider.openai.FakeModel.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.core.port.Provider.End;
import dev.sessionmesh.provider.Talk;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class TlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    private PfxOptions certificate;
    private FakeModel model;
    private OpenAiSettings settings;

    @BeforeEach
    void serve(Vertx vertx) throws IOException, InterruptedException {
        Path store = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        certificate = new PfxOptions().setPath(store.toString()).setPassword(PASSWORD);
        model = new FakeModel(vertx, new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate));
        model.thenStream(text("ok"), finish("stop"), DONE);
        settings = OpenAiSettings.of(URI.create("https://localhost:" + model.port() + "/v1"), FakeModel.KEY, "tiny")
                .with(Running.QUICK);
    }

    @Test
    void a_server_that_cannot_prove_who_it_is_gets_neither_the_key_nor_the_words(Vertx vertx) {
        assertEquals(
                "unreachable", Running.start(vertx, settings, Talk.about("hi")).failure());
        assertEquals(0, model.requests.size());
    }

    @Test
    void a_trusted_server_is_talked_to(Vertx vertx) {
        HttpClientOptions trusting = new HttpClientOptions().setTrustOptions(certificate);
        Running running =
                Running.start(vertx, vertx.createHttpClient(trusting), settings, Talk.about("hi"), prepared -> {});
        assertInstanceOf(End.Stop.class, running.end());
        assertEquals("ok", running.sink.text());
    }
}
