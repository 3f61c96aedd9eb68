package dev.sessionmesh.server.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command line that was run, with what came of it. */
record MeshLine(int exit, String out, String err, List<ServeOptions> started) {
    static MeshLine of(String... args) {
        return of(Map.of(), args);
    }

    static MeshLine of(Map<String, String> environment, String... args) {
        List<ServeOptions> started = new ArrayList<>();
        return run(environment, started::add, started, args);
    }

    static MeshLine starting(NodeStarter starter, String... args) {
        return run(Map.of(), starter, List.of(), args);
    }

    ServeOptions served() {
        if (exit != 0 || started.size() != 1) {
            throw new AssertionError("exit " + exit + ", started " + started + ": " + err);
        }
        return started.getFirst();
    }

    private static MeshLine run(
            Map<String, String> environment, NodeStarter starter, List<ServeOptions> started, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = new MeshCli(environment, starter, new PrintWriter(out, true), new PrintWriter(err, true)).run(args);
        return new MeshLine(exit, out.toString(), err.toString(), started);
    }
}
