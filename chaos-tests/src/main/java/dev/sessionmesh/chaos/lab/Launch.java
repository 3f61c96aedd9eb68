package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How a node process is started: this JVM's java, the flags of the one flags file, and the packaged server with its start cache where
 * {@code mesh.jar} names it, else this JVM's class path.
 */
final class Launch {

    private static final String MAIN = "dev.sessionmesh.server.Main";
    private static final String FLAGS = "jvm.options";
    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 32_000;
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    /**
     * The parent-death signal is tied to the thread that started the child, not to its process: so one thread that lives as long as
     * this JVM starts them all.
     */
    private static final ExecutorService SPAWNER = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("node-spawner").unstarted(task));

    private Launch() {}

    static Process start(List<String> command, Path dir, Path log) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            return CompletableFuture.supplyAsync(() -> spawn(builder), SPAWNER).join();
        } catch (CompletionException e) {
            throw new LabException("cannot start " + command.getFirst() + ": " + e.getCause(), e);
        }
    }

    private static Process spawn(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /**
     * @param where words before the command that put it somewhere, without a process between it and this one
     * @param jvm flags that override those of the flags file
     */
    static List<String> command(List<String> where, int heapMb, List<String> jvm, List<String> arguments) {
        List<String> command = new ArrayList<>(tied());
        command.addAll(where);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + flagsFile());
        command.addAll(List.of("-Xmx" + heapMb + "m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(jvm);
        command.addAll(server());
        command.addAll(arguments);
        return command;
    }

    private static List<String> server() {
        String jar = System.getProperty("mesh.jar");
        return jar == null
                ? List.of("-cp", System.getProperty("java.class.path"), MAIN)
                : List.of("-XX:AOTCache=" + Path.of(jar).resolveSibling("sessionmesh.aot"), "-jar", jar);
    }

    /** The words before a command that tie its life to this JVM's, where the system knows how. */
    static List<String> tied() {
        return Files.isExecutable(SETPRIV) ? List.of(SETPRIV.toString(), "--pdeathsig", "KILL") : List.of();
    }

    /** The flags file lies at the top of the project, wherever below it this process was started. */
    private static Path flagsFile() {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            if (Files.exists(dir.resolve(FLAGS))) {
                return dir.resolve(FLAGS);
            }
        }
        throw new LabException("no " + FLAGS + " in or above " + Path.of("").toAbsolutePath());
    }

    /**
     * Ports that were free a moment ago, each another. Below those that systems give to outgoing connections: one of these would take the port
     * of a node that is down for a moment, even by connecting to itself.
     */
    static List<Integer> freePorts(int count) {
        return ThreadLocalRandom.current()
                .ints(FIRST_PORT, LAST_PORT)
                .distinct()
                .filter(Launch::isFree)
                .limit(count)
                .boxed()
                .toList();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** Sends a signal that the Process API has no word for. */
    static void signal(String name, long pid) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new LabException("kill -" + name + " " + pid + " failed with " + exit);
            }
        } catch (IOException e) {
            throw new LabException("cannot run kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while sending " + name, e);
        }
    }
}
