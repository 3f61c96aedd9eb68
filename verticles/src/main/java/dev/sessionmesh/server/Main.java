package dev.sessionmesh.server;

import dev.sessionmesh.cluster.JvmFlags;
import dev.sessionmesh.server.cli.MeshCli;

/** The front door of every command. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        JvmFlags.apply();
        int exit = new MeshCli(Node::start).run(arguments);
        if (exit != 0) {
            System.exit(exit);
        }
    }
}
