package dev.sessionmesh.tool.mcp;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;

/** The reference server of the MCP project, as npm has it, in a process of its own. */
final class EverythingServer implements AutoCloseable {
    private static final Path HOME = Path.of("src/test/mcp");
    private static final Path MAIN = HOME.resolve("node_modules/@modelcontextprotocol/server-everything/dist/index.js");
    private static final Duration START = Duration.ofSeconds(60);

    private final int port;
    private final File log;
    private Process process;

    private EverythingServer(int port, File log) {
        this.port = port;
        this.log = log;
    }

    /** Starts one; without what it takes the test is left out, which is a failure in CI. */
    static EverythingServer start(Path logs) throws Exception {
        if (!Files.exists(MAIN)) {
            String why = MAIN + " is not installed: npm --prefix verticles/" + HOME + " ci";
            if ("true".equals(System.getenv("CI"))) {
                fail(why);
            }
            System.err.println("\n*** LEFT OUT: tools of a real MCP server: " + why + "\n");
            Assumptions.abort(why);
        }
        try (ServerSocket free = new ServerSocket(0)) {
            EverythingServer server = new EverythingServer(
                    free.getLocalPort(), logs.resolve("server-everything.log").toFile());
            free.close();
            server.run();
            return server;
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port + "/mcp");
    }

    /** Again on the same port, knowing nothing of before. */
    void run() throws Exception {
        ProcessBuilder node = new ProcessBuilder("node", MAIN.toString(), "streamableHttp");
        node.environment().put("PORT", Integer.toString(port));
        process = node.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        long until = System.nanoTime() + START.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > until) {
                fail("the MCP server did not start: " + Files.readString(log.toPath()));
            }
            Thread.sleep(20);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
