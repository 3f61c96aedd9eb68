package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short-lived program of the system, such as {@code ip}: run, waited for, its complaint passed on. */
final class Tool {

    private static final long WITHIN_SECONDS = 20;
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin"), Path.of("/bin"));

    private Tool() {}

    static boolean isInstalled(String name) {
        return PLACES.stream().anyMatch(place -> Files.isExecutable(place.resolve(name)));
    }

    /** What it printed; a {@link LabException} with that when it fails. */
    static String run(String... command) {
        return feed("", command);
    }

    /** The same with something to read. */
    static String feed(String input, String... command) {
        try {
            Process process = new ProcessBuilder(located(command))
                    .redirectErrorStream(true)
                    .start();
            try (var out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException(String.join(" ", command) + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new LabException(
                        String.join(" ", command) + " failed with " + process.exitValue() + ": " + said.strip());
            }
            return said;
        } catch (IOException e) {
            throw new LabException("cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + String.join(" ", command), e);
        }
    }

    /** Root's tools are not always on the path of who runs the tests. */
    private static List<String> located(String... command) {
        String program = PLACES.stream()
                .map(place -> place.resolve(command[0]))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElse(command[0]);
        List<String> words = new java.util.ArrayList<>(List.of(command));
        words.set(0, program);
        return words;
    }
}
