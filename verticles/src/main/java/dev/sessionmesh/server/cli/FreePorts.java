package dev.sessionmesh.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports on loopback that nobody listens on; another process may still take one before it is used. */
public final class FreePorts {
    private static final int PORT_MAX = 65_535;

    private FreePorts() {}

    /** The first free ports from {@code from} on. */
    public static List<Integer> from(int from, int count) throws IOException {
        List<Integer> found = new ArrayList<>();
        for (int port = from; port <= PORT_MAX && found.size() < count; port++) {
            if (isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IOException("no " + count + " free ports from " + from + " on");
        }
        return found;
    }

    public static boolean isFree(int port) {
        if (port < 1 || port > PORT_MAX) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
