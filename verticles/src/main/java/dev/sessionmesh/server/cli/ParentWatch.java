package dev.sessionmesh.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** Ends this process when the process that started it is gone: that one holds the other end of standard input, and never writes. */
final class ParentWatch {
    /** An orderly stop may take this long; then it is cut short, because nobody is left to do it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ParentWatch() {}

    static void start(InputStream fromParent) {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            awaitEnd(fromParent);
            Thread.ofPlatform().daemon().name("parent-gone").start(() -> haltAfter(PATIENCE));
            System.exit(0);
        });
    }

    private static void awaitEnd(InputStream fromParent) {
        try {
            fromParent.transferTo(OutputStream.nullOutputStream());
        } catch (IOException ended) {
            // A broken pipe says the same as its end.
        }
    }

    private static void haltAfter(Duration patience) {
        try {
            Thread.sleep(patience);
        } catch (InterruptedException sooner) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }
}
