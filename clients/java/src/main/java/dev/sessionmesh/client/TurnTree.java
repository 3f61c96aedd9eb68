package dev.sessionmesh.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The turns of a conversation: each follows another one, and turns that were done again stand beside each other. One path through it,
 * up to the leaf, is the conversation as it goes on. The same rules as the server's.
 */
final class TurnTree {
    /** Before the first turn. */
    private static final String ROOT = "";
    /** The turn of what was said before any turn was known. */
    private static final String SOMEWHERE = "?";

    /** A turn and the ids of the messages that were said in it. */
    private static final class Node {
        final String turn;
        /** False for a branch of which a snapshot told nothing but its name. */
        final boolean known;

        final List<String> messages = new ArrayList<>();
        String parent;
        boolean retracted;

        Node(String turn, String parent, boolean known) {
            this.turn = turn;
            this.parent = parent;
            this.known = known;
        }
    }

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    /** By turn, the one of those that follow it which was chosen last. */
    private final Map<String, String> chosen = new HashMap<>();

    private String leaf = ROOT;
    private boolean incomplete;

    /** Whether the path leads through something that is not known here. */
    boolean incomplete() {
        return incomplete;
    }

    /** Something was said in a turn, or in the last one; one that is new follows what was said last. */
    void say(Optional<String> turn, String message) {
        grow(turn.orElse(leaf)).messages.add(message);
    }

    /** A turn was asked for; {@code replaces} names the one that it stands beside. */
    void received(String turn, Optional<String> replaces) {
        Node node = grow(turn);
        if (replaces.isPresent()) {
            Node beside = nodes.get(replaces.get());
            if (beside == null) {
                incomplete = true;
            } else {
                // Its words came first, and seemed to follow what was said last.
                chosen.remove(node.parent);
                node.parent = beside.parent;
            }
        }
        choose(turn);
    }

    /** A turn answers words that were said in another one. */
    void answers(String turn, String other, Predicate<String> words) {
        Node asked = nodes.get(other);
        if (asked != null) {
            grow(turn).messages.addAll(asked.messages.stream().filter(words).toList());
        }
    }

    /** Goes over to the branch of a turn, as far as it was gone. */
    void select(String turn) {
        if (!nodes.containsKey(turn)) {
            incomplete = true;
            return;
        }
        choose(turn);
        for (String next = chosen.get(leaf); next != null; next = chosen.get(leaf)) {
            leaf = next;
        }
        incomplete |= chain().stream().anyMatch(node -> !node.retracted && !node.known);
    }

    /** Turns that wait follow each other in another order. */
    void reorder(List<String> turns) {
        List<Node> waiting = turns.stream()
                .flatMap(turn -> Optional.ofNullable(nodes.get(turn)).stream())
                .toList();
        List<String> known = waiting.stream().map(node -> node.turn).toList();
        boolean last = known.contains(leaf);
        String before = waiting.stream()
                .map(node -> node.parent)
                .filter(parent -> !known.contains(parent))
                .findFirst()
                .orElse(ROOT);
        for (Node node : waiting) {
            node.parent = before;
            chosen.put(before, node.turn);
            before = node.turn;
        }
        if (last) {
            chosen.remove(before);
            leaf = before;
        }
    }

    /** A turn is no part of the conversation any more, and never will be again. */
    void retract(String turn) {
        Node node = grow(turn);
        node.retracted = true;
        node.messages.clear();
    }

    void forget(String message) {
        nodes.values().forEach(node -> node.messages.remove(message));
    }

    /** Names turns that stand beside one of the path, of which nothing else is known. */
    void beside(String turn, List<String> others) {
        Node node = nodes.get(turn);
        if (node != null) {
            others.forEach(other -> nodes.computeIfAbsent(other, name -> new Node(name, node.parent, false)));
        }
    }

    /** The messages of all branches. */
    Set<String> messages() {
        return nodes.values().stream().flatMap(node -> node.messages.stream()).collect(Collectors.toSet());
    }

    /** The messages of the path, from the first. */
    List<String> path() {
        return chain().stream().flatMap(node -> node.messages.stream()).toList();
    }

    /** The turns of the path that have others beside them. */
    List<Conversation.Branch> branches() {
        Map<String, List<String>> byParent = new HashMap<>();
        for (Node node : nodes.values()) {
            if (!node.retracted) {
                byParent.computeIfAbsent(node.parent, parent -> new ArrayList<>())
                        .add(node.turn);
            }
        }
        byParent.values().forEach(turns -> turns.sort(Comparator.comparingLong(TurnTree::number)));
        return chain().stream()
                .filter(node -> !node.retracted)
                .map(node -> new Conversation.Branch(node.turn, byParent.getOrDefault(node.parent, List.of())))
                .filter(branch -> branch.beside().size() > 1)
                .toList();
    }

    /** Turns are numbered ({@code t1}); a snapshot names those of the path before the others. */
    private static long number(String turn) {
        try {
            return Long.parseLong(turn, 1, turn.length(), 10);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return 0;
        }
    }

    private List<Node> chain() {
        List<Node> chain = new ArrayList<>();
        for (Node node = nodes.get(leaf); node != null; node = nodes.get(node.parent)) {
            chain.add(node);
        }
        return chain.reversed();
    }

    private Node grow(String named) {
        String turn = named.equals(ROOT) ? SOMEWHERE : named;
        Node known = nodes.get(turn);
        if (known != null) {
            return known;
        }
        Node node = new Node(turn, leaf, true);
        nodes.put(turn, node);
        choose(turn);
        return node;
    }

    private void choose(String turn) {
        for (@Nullable Node node = nodes.get(turn); node != null; node = nodes.get(node.parent)) {
            chosen.put(node.parent, node.turn);
        }
        leaf = turn;
    }
}
