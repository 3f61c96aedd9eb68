package dev.sessionmesh.core.session;

import dev.sessionmesh.core.session.Conversation.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

        String turn() {
            return turn;
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
        said(turn);
        Node node = node(turn);
        if (!replaces.isEmpty() && nodes.containsKey(replaces)) {
            chosen.remove(node.parent, turn);
            node.parent = waitedFor(replaces).orElse(node(replaces).parent);
            choose(turn);
        }
        leaf = turn;
    }

    /** Where a turn that was taken back before it began would have gone on: nothing was answered from there on, and no branch begins. */
    private Optional<String> waitedFor(String turn) {
        String at = turn;
        boolean waited = node(turn).retracted;
        while (waited && node(at).startedAt == 0 && chosen.containsKey(at)) {
            at = chosen.get(at);
        }
        return waited && node(at).startedAt == 0 ? Optional.of(at) : Optional.empty();
    }

    /** Something was said in a turn: the conversation goes on there, if it is a new one. */
    void said(String turn) {
        if (!nodes.containsKey(turn)) {
            node(turn);
            choose(turn);
            leaf = turn;
        }
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

    /** Turns that wait follow each other in another order: within each branch, as none of them goes over to another one. */
    void reorder(List<String> order) {
        List<String> known = order.stream().filter(nodes::containsKey).toList();
        Map<String, List<String>> branches = new LinkedHashMap<>();
        for (String turn : known) {
            branches.computeIfAbsent(first(turn, known), first -> new ArrayList<>())
                    .add(turn);
        }
        branches.forEach(this::reorder);
    }

    /** The first of the known turns that a turn follows on its own branch, or the turn itself. */
    private String first(String turn, List<String> known) {
        Set<String> alive = alive();
        String first = turn;
        for (String at = turn; nodes.containsKey(at); at = node(at).parent) {
            first = known.contains(at) ? at : first;
            String parent = node(at).parent;
            if (children(parent).stream().filter(alive::contains).count() > 1) {
                break;
            }
        }
        return first;
    }

    /** Turns that lie on one branch change places; what lies between them, such as turns that were taken back, stays where it is. */
    private void reorder(String first, List<String> order) {
        List<String> chain = chain(first, order);
        List<String> behind = children(chain.getLast());
        String chosenBehind = chosen.remove(chain.getLast());
        String before = node(first).parent;
        boolean chosenHere = chosen.remove(before, first);
        int placed = 0;
        for (int i = 0; i < chain.size(); i++) {
            String next = order.contains(chain.get(i)) ? order.get(placed++) : chain.get(i);
            node(next).parent = before;
            if (i > 0 || chosenHere) {
                chosen.put(before, next);
            }
            before = next;
        }
        for (String turn : behind) {
            node(turn).parent = before;
        }
        if (chosenBehind != null) {
            chosen.put(before, chosenBehind);
        } else {
            chosen.remove(before);
        }
        leaf = leaf.equals(chain.getLast()) ? before : leaf;
    }

    /** From the first of some turns to the last. */
    private List<String> chain(String first, List<String> turns) {
        String last = turns.stream()
                .max(Comparator.comparingInt(turn -> distance(turn, first)))
                .orElse(first);
        List<String> chain = new ArrayList<>(List.of(last));
        while (!chain.getLast().equals(first)) {
            chain.add(node(chain.getLast()).parent);
        }
        return chain.reversed();
    }

    private int distance(String turn, String ancestor) {
        int steps = 0;
        for (String at = turn; !at.equals(ancestor); at = node(at).parent) {
            steps++;
        }
        return steps;
    }

    private List<String> children(String parent) {
        return nodes.values().stream()
                .filter(node -> node.parent.equals(parent))
                .map(node -> node.turn)
                .toList();
    }

    /** The turns that are told on some branch, and those that they follow. */
    private Set<String> alive() {
        Set<String> alive = new HashSet<>();
        for (Node node : nodes.values()) {
            for (String at = node.turn; !node.retracted && nodes.containsKey(at) && alive.add(at); ) {
                at = node(at).parent;
            }
        }
        return alive;
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
            path.add(node(at));
        }
        path.removeIf(node -> node.retracted);
        return path.reversed();
    }

    /** The turns of the current path that have others beside them. */
    List<Conversation.Branch> forks() {
        Map<String, List<String>> beside = new LinkedHashMap<>();
        for (Node node : nodes.values()) {
            if (!node.retracted) {
                beside.computeIfAbsent(node.parent, parent -> new ArrayList<>()).add(node.turn);
            }
        }
        List<Conversation.Branch> forks = new ArrayList<>();
        for (Node node : path()) {
            List<String> turns = beside.getOrDefault(node.parent, List.of());
            if (turns.size() > 1) {
                forks.add(new Conversation.Branch(node.turn, turns));
            }
        }
        return forks;
    }
}
