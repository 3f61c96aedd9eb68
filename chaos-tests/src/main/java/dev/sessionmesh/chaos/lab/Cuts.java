package dev.sessionmesh.chaos.lab;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** One table of the packet filter, replaced as a whole: the one place where links are cut. */
final class Cuts {

    private final String table;

    Cuts(String table) {
        this.table = table;
    }

    /** @param port the bridge's port of a node */
    void apply(List<Network.Cut> cuts, IntFunction<String> port) {
        Tool.feed(script(cuts, port), "nft", "-f", "-");
    }

    /** Some of the packets are dropped instead of all. The packet filter draws lots, so no queueing discipline is needed that a kernel may lack. */
    void thin(List<Network.Cut> links, int percent, IntFunction<String> port) {
        String fate = percent >= 100 ? "drop" : "numgen random mod 100 < " + percent + " drop";
        Tool.feed(script(links, port, fate), "nft", "-f", "-");
    }

    void lift() {
        Tool.feed(removal(), "nft", "-f", "-");
    }

    /** Naming the table first makes its removal harmless when it is not there; nft applies a file whole or not at all. */
    private String removal() {
        return "table bridge " + table + "\ndelete table bridge " + table + "\n";
    }

    String script(List<Network.Cut> cuts, IntFunction<String> port) {
        return script(cuts, port, "drop");
    }

    private String script(List<Network.Cut> cuts, IntFunction<String> port, String fate) {
        Map<Integer, TreeSet<Integer>> targets = new TreeMap<>();
        cuts.forEach(cut ->
                targets.computeIfAbsent(cut.from(), from -> new TreeSet<>()).add(cut.to()));
        String rules = targets.entrySet().stream()
                .map(entry -> "    iifname \"" + port.apply(entry.getKey()) + "\" oifname { "
                        + entry.getValue().stream()
                                .map(to -> "\"" + port.apply(to) + "\"")
                                .collect(Collectors.joining(", "))
                        + " } " + fate + "\n")
                .collect(Collectors.joining());
        return removal() + "table bridge " + table + " {\n  chain cuts {\n"
                + "    type filter hook forward priority 0; policy accept;\n" + rules + "  }\n}\n";
    }
}
