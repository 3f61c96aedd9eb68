package dev.sessionmesh.chaos.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a child the way the lab does, prints its pid and waits to be killed. */
final class Orphanage {

    private Orphanage() {}

    public static void main(String[] args) throws Exception {
        List<String> command = new ArrayList<>(Launch.tied());
        command.addAll(List.of("sleep", "60"));
        Process child = Launch.start(command, Path.of("."), Path.of("/dev/null"));
        System.out.println(child.pid());
        System.out.flush();
        child.waitFor();
    }
}
