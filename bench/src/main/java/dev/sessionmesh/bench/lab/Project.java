package dev.sessionmesh.bench.lab;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the project lies: above the current directory, or above the classes that run. */
public final class Project {
    private static final String FLAGS = "jvm.options";

    private Project() {}

    /** The JVM flags of every Sessionmesh process. */
    static Path flags() {
        return top().resolve(FLAGS);
    }

    /** The top directory. */
    public static Path top() {
        return above(Path.of("").toAbsolutePath())
                .or(() -> above(classes()))
                .orElseThrow(() -> new IllegalStateException("No " + FLAGS + " in or above "
                        + Path.of("").toAbsolutePath() + ": start this in the project"));
    }

    private static Optional<Path> above(Path start) {
        for (Path dir = start; dir != null; dir = dir.getParent()) {
            if (Files.exists(dir.resolve(FLAGS))) {
                return Optional.of(dir);
            }
        }
        return Optional.empty();
    }

    private static Path classes() {
        try {
            return Path.of(Project.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException nowhere) {
            throw new IllegalStateException(nowhere);
        }
    }
}
