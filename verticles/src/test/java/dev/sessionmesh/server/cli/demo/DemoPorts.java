package dev.sessionmesh.server.cli.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The demo's ports, which are one test's at a time: classes of tests run side by side, each in a process of its own. */
final class DemoPorts implements AutoCloseable {
    private final FileChannel file;

    private DemoPorts(FileChannel file) {
        this.file = file;
    }

    /** Blocks until nobody else has them. */
    static DemoPorts take() throws IOException {
        FileChannel file =
                FileChannel.open(Path.of("target", "demo-ports"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var unused = file.lock();
        return new DemoPorts(file);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
