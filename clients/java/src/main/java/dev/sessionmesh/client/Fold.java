package dev.sessionmesh.client;

import dev.sessionmesh.client.Conversation.Branch;
import dev.sessionmesh.client.Conversation.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A conversation from one beginning on: of the log, or of a snapshot. */
final class Fold {
    private static final String RECEIVED = "received";

    final TurnTree tree = new TurnTree();
    private final Map<String, Draft> messages = new HashMap<>();
    /** The status of every turn that has not ended, oldest first. */
    private final Map<String, String> active = new LinkedHashMap<>();

    private final List<Branch> branches;
    /** By turn, the one that stands in its place: the words of a turn that was done again are shown there. */
    private final Map<String, String> instead = new HashMap<>();

    /** @param branches what a snapshot says of them */
    Fold(List<Branch> branches) {
        this.branches = branches;
        for (Branch branch : branches) {
            branch.beside().stream()
                    .filter(turn -> !turn.equals(branch.turn()))
                    .forEach(turn -> instead.put(turn, branch.turn()));
        }
    }

    List<Message> messages() {
        return tree.path().stream()
                .flatMap(id -> Optional.ofNullable(messages.get(id)).stream())
                .map(Draft::message)
                .toList();
    }

    // ---- from a snapshot ----

    void running(JsonArray turns) {
        for (int i = 0; i < turns.size(); i++) {
            JsonObject turn = turns.getJsonObject(i);
            status(turn.getString("id", ""), turn.getString("status", ""));
        }
    }

    void restore(Frame.Message frame) {
        Draft known = messages.get(frame.messageId());
        Draft message = known == null ? Draft.of(frame) : known;
        message.add(frame.text(), frame.kind(), frame.part());
        message.lies(frame.blob());
        message.become(frame.status());
        put(message, frame.turn().map(said -> instead.getOrDefault(said, said)));
    }

    /** When all messages are there. */
    void nameBranches() {
        branches.forEach(branch -> tree.beside(branch.turn(), branch.beside()));
    }

    // ---- from the log ----

    void see(Frame.Logged event) {
        switch (event) {
            case Frame.Input input -> put(Draft.of(input), Optional.of(input.turn()));
            case Frame.Token token -> told(token);
            case Frame.TurnReceived turn -> received(turn);
            case Frame.AgentStatus status -> changed(status.turn(), status.status());
            case Frame.StepEnded step -> complete(step.turn());
            case Frame.QueueReordered queue -> tree.reorder(queue.turns());
            case Frame.BranchSelected branch -> tree.select(branch.turn());
            case Frame.TurnRetracted gone -> {
                tree.retract(gone.turn());
                messages.keySet().retainAll(tree.messages());
            }
            case Frame.MessageSuperseded gone -> {
                tree.forget(gone.messageId());
                messages.remove(gone.messageId());
            }
            // Whatever else there is, and will be, says nothing in the conversation.
            default -> {}
        }
    }

    private void told(Frame.Token token) {
        Draft known = messages.get(token.messageId());
        Optional<String> turn = runningTurn();
        if (known == null) {
            turn.ifPresent(this::complete);
        }
        Draft message = known == null ? Draft.of(token, turn) : known;
        message.add(token.text(), token.kind(), token.part());
        put(message, turn);
    }

    private void received(Frame.TurnReceived turn) {
        status(turn.turn(), RECEIVED);
        tree.received(turn.turn(), turn.replaces());
        turn.replaces()
                .filter(other -> turn.regenerates())
                .ifPresent(other -> tree.answers(turn.turn(), other, id -> {
                    Draft message = messages.get(id);
                    return message != null && message.isUsers();
                }));
    }

    private void changed(String turn, String status) {
        boolean ended = status(turn, status);
        saidIn(turn).forEach(message -> message.turned(ended));
        if (ended) {
            complete(turn);
        }
    }

    /** Nothing more will be added to what a turn has said so far. */
    private void complete(String turn) {
        saidIn(turn).forEach(message -> message.become(Draft.COMPLETE));
    }

    private Stream<Draft> saidIn(String turn) {
        Optional<String> of = Optional.of(turn);
        return messages.values().stream().filter(message -> message.turn.equals(of));
    }

    /** Whether the turn has ended. */
    private boolean status(String turn, String status) {
        if (Receipts.ENDED.contains(status)) {
            active.remove(turn);
            return true;
        }
        active.put(turn, status);
        return false;
    }

    private Optional<String> runningTurn() {
        Stream<Map.Entry<String, String>> running =
                active.entrySet().stream().filter(turn -> !turn.getValue().equals(RECEIVED));
        return Stream.concat(running, active.entrySet().stream()).findFirst().map(Map.Entry::getKey);
    }

    private void put(Draft message, Optional<String> turn) {
        if (messages.put(message.id, message) == null) {
            tree.say(turn, message.id);
        }
    }
}
