package dev.sessionmesh.core.session;

import dev.sessionmesh.core.session.Conversation.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The turns of a conversation as a tree: each follows another one, and turns that were done again stand beside each other. One path
 * through it, up to the {@link #leaf}, is the conversation as it goes on. Not thread-safe.
 */
final class Branches {
    private static final String ROOT = "";

    /** A turn and what was said in it. */
    static final class Node {
        private final String turn;
        private String parent;
        private final List<Item> items = new ArrayList<>();
        private boolean retracted;
        private long startedAt;
        private long endedAt;

        Node(String turn, String parent) {
            this.turn = turn;
            this.parent = parent;
        }

        List<Item> items() {
            return items;
        }
    }

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    /** By turn, the one of those that follow it which was chosen last. */
    private final Map<String, String> chosen = new LinkedHashMap<>();

    private String leaf = ROOT;

    /** The turn, made where it is not known yet: an input is told before the turn that it asks for. */
    Node node(String turn) {
        return nodes.computeIfAbsent(turn, id -> new Node(id, leaf));
    }

    /** What was said in a turn; nothing when there is none. */
    List<Item> items(String turn) {
        return nodes.containsKey(turn) ? nodes.get(turn).items : List.of();
    }

    Conversation.Times times(String turn) {
        return nodes.containsKey(turn)
                ? new Conversation.Times(nodes.get(turn).startedAt, nodes.get(turn).endedAt)
                : new Conversation.Times(0, 0);
    }

    /** @param replaces the turn that it stands beside; empty when it follows what was said last */
    void received(String turn, String replaces) {
        Node node = node(turn);
        if (!replaces.isEmpty() && nodes.containsKey(replaces)) {
            node.parent = nodes.get(replaces).parent;
        }
        leaf = turn;
        choose(turn);
    }

    void started(String turn, long at) {
        Node node = node(turn);
        if (node.startedAt == 0) {
            node.startedAt = at;
        }
    }

    void ended(String turn, long at) {
        node(turn).endedAt = at;
    }

    void retract(String turn) {
        node(turn).retracted = true;
    }

    /** Turns that wait follow each other in another order. */
    void reorder(List<String> turns) {
        List<String> known = turns.stream().filter(nodes::containsKey).toList();
        String before = known.stream()
                .map(turn -> node(turn).parent)
                .filter(parent -> !known.contains(parent))
                .findFirst()
                .orElse(ROOT);
        for (String turn : known) {
            node(turn).parent = before;
            chosen.put(before, turn);
            before = turn;
        }
        if (!known.isEmpty() && known.contains(leaf)) {
            leaf = before;
            chosen.remove(leaf);
        }
    }

    /** Goes over to the branch of a turn, as far as it was gone. */
    void select(String turn) {
        if (nodes.containsKey(turn)) {
            choose(turn);
            leaf = turn;
            while (chosen.containsKey(leaf)) {
                leaf = chosen.get(leaf);
            }
        }
    }

    private void choose(String turn) {
        for (String at = turn; !at.equals(ROOT); at = node(at).parent) {
            chosen.put(node(at).parent, at);
        }
    }

    /** The turns of the conversation as it goes on. */
    List<Node> path() {
        return pathTo(leaf);
    }

    /** The turns up to and including this one. */
    List<Node> pathTo(String turn) {
        List<Node> path = new ArrayList<>();
        for (String at = turn; nodes.containsKey(at); at = node(at).parent) {
            Node node = node(at);
            if (!node.retracted) {
                path.addFirst(node);
            }
        }
        return path;
    }

    /** The turns of the current path that have others beside them. */
    List<Conversation.Branch> forks() {
        List<Conversation.Branch> forks = new ArrayList<>();
        for (Node node : path()) {
            List<String> beside = nodes.values().stream()
                    .filter(other -> other.parent.equals(node.parent) && !other.retracted)
                    .map(other -> other.turn)
                    .toList();
            if (beside.size() > 1) {
                forks.add(new Conversation.Branch(node.turn, beside));
            }
        }
        return forks;
    }
}
