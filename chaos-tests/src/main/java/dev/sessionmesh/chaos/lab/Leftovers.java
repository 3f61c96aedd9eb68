package dev.sessionmesh.chaos.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Networks that a process made and could not remove: of this one at its end, of others that are gone. */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** Removes what processes left that no longer run. */
    static void sweep(String prefix) {
        Pattern own = Pattern.compile("\\b(" + prefix + "(\\d+))");
        String all = Tool.run("ip", "netns", "list") + Tool.run("ip", "-o", "link") + Tool.run("nft", "list", "tables");
        Set<String> dead = own.matcher(all)
                .results()
                .filter(found ->
                        ProcessHandle.of(Long.parseLong(found.group(2))).isEmpty())
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        dead.forEach(Leftovers::remove);
    }

    /** Removes all that carries this id: processes inside first, which end with their namespace's creator anyway. */
    static void remove(String id) {
        for (String namespace : words(Tool.run("ip", "netns", "list"), word -> word.startsWith(id + "-"))) {
            for (String pid : words(Tool.run("ip", "netns", "pids", namespace), word -> word.matches("\\d+"))) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
            attempt("ip", "netns", "del", namespace);
        }
        Pattern link = Pattern.compile("\\d+: (" + id + "(?:v\\d+)?)[@:]");
        Matcher links = link.matcher(Tool.run("ip", "-o", "link"));
        links.results().map(found -> found.group(1)).distinct().forEach(name -> attempt("ip", "link", "del", name));
        if (Tool.run("nft", "list", "tables").contains("bridge " + id)) {
            attempt("nft", "delete", "table", "bridge", id);
        }
    }

    private static List<String> words(String text, Predicate<String> which) {
        return Arrays.stream(text.split("\\s+")).filter(which).toList();
    }

    /** A pair of interfaces goes with its namespace: what is gone already is no failure. */
    private static void attempt(String... command) {
        try {
            Tool.run(command);
        } catch (LabException gone) {
            LOG.debug("not removed: {}", gone.getMessage());
        }
    }
}
