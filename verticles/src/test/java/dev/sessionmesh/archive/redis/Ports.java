package dev.sessionmesh.archive.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that nobody listens on. */
final class Ports {
    /** A Cluster's servers talk to each other on a port so much higher. */
    private static final int BUS = 10_000;

    private Ports() {}

    static int free() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() < 65_535 - BUS) {
                    return socket.getLocalPort();
                }
            }
        }
    }
}
