package dev.sessionmesh.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A server in a JVM of its own, with the flags of the launcher. It ends with this one. */
public final class ServerProcess implements AutoCloseable {
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 32_000;

    private final URI url;
    private final Process process;
    private final Thread hook = new Thread(this::destroy);

    private ServerProcess(URI url, Process process) {
        this.url = url;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static ServerProcess start(
            Processors on, int heapMegabytes, String main, int httpPort, List<String> arguments, Path log) {
        List<String> command = new ArrayList<>(on.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Project.flags());
        command.addAll(List.of("-Xmx" + heapMegabytes + "m", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(program(main));
        command.addAll(arguments);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new ServerProcess(URI.create("http://127.0.0.1:" + httpPort), process);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A node is the packaged server with its start cache, where {@code mesh.jar} names it; all else runs from this class path. */
    private static List<String> program(String main) {
        String jar = System.getProperty("mesh.jar");
        return jar == null || !main.equals(Cluster.NODE)
                ? List.of("-cp", System.getProperty("java.class.path"), main)
                : List.of("-XX:AOTCache=" + Path.of(jar).resolveSibling("sessionmesh.aot"), "-jar", jar);
    }

    /** Ports that were free a moment ago, each another; below those that systems give to outgoing connections, which would take them. */
    static List<Integer> freePorts(int count) {
        IntStream some = ThreadLocalRandom.current().ints(FIRST_PORT, LAST_PORT).distinct();
        return some.filter(ServerProcess::isFree).limit(count).boxed().toList();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    public URI url() {
        return url;
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** kill -9. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** What is left on the heap after a full collection. */
    public long liveHeapBytes() {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(process.pid());
        Commands.output(List.of(jcmd, pid, "GC.run"));
        Matcher total = HISTOGRAM_TOTAL.matcher(Commands.output(List.of(jcmd, pid, "GC.class_histogram")));
        if (!total.find()) {
            throw new IllegalStateException("jcmd tells no total");
        }
        return Long.parseLong(total.group(1));
    }

    public long residentBytes() {
        try {
            Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
            return resident.find() ? Long.parseLong(resident.group(1)) * 1024 : 0;
        } catch (IOException notHere) {
            return 0;
        }
    }

    private void destroy() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
