package dev.sessionmesh.server.cli.demo;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts a node like this process was started: the same Java, flags and class path. */
record ChildJvm(Path java, List<String> flags, String classPath) {
    static final String MAIN_CLASS = "dev.sessionmesh.server.Main";

    ChildJvm {
        flags = List.copyOf(flags);
    }

    static ChildJvm likeThisOne() {
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-Xmx") && !flag.startsWith("-agentlib:"))
                .toList();
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ChildJvm(java, flags, System.getProperty("java.class.path"));
    }

    List<String> command(String heap, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(flags);
        // Three nodes share one machine: little memory, and a collector without threads of its own.
        command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-cp", classPath, MAIN_CLASS, "serve"));
        command.addAll(arguments);
        return command;
    }
}
