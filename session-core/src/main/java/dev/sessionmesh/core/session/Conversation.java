package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.EventBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The log, folded: what was said, in the order of the turns (an input that waits in the queue belongs to its own turn, though it
 * lies in the log among the words of the turn before). Of turns that were done again, one branch is told; what was retracted or
 * superseded is not. Derived from events and never stored beside them; not thread-safe.
 */
public final class Conversation {
    private final Branches branches = new Branches();
    private final Map<String, Called> calls = new LinkedHashMap<>();
    private final Map<String, Said> messages = new LinkedHashMap<>();
    /** By the id of an input that steers, the turn that it steers. */
    private final Map<String, String> steering = new HashMap<>();

    private long seq;

    public sealed interface Item {}

    /**
     * A turn that was done again.
     *
     * @param turn the one that the conversation goes on from
     * @param beside all of them, oldest first
     */
    public record Branch(String turn, List<String> beside) {}

    /**
     * How far a turn got, each in epoch milliseconds.
     *
     * @param startedAt when its first runner took it; 0 while it waits
     * @param endedAt 0 while it runs
     */
    public record Times(long startedAt, long endedAt) {}

    public enum Role {
        USER,
        ASSISTANT
    }

    /** A message; the assistant's grows part by part. */
    public static final class Said implements Item {
        private final String id;
        private final String turn;
        private final Role role;
        private final Payload whole;
        private final String actor;
        private final long at;
        private final Map<Integer, Part> parts = new LinkedHashMap<>();
        private boolean complete;

        Said(String id, String turn, Role role, Payload whole, String actor, long at) {
            this.id = id;
            this.turn = turn;
            this.role = role;
            this.whole = whole;
            this.actor = actor;
            this.at = at;
            this.complete = role == Role.USER;
        }

        public String id() {
            return id;
        }

        public String turn() {
            return turn;
        }

        public Role role() {
            return role;
        }

        /** Name of the user who said it; empty for the assistant's messages. */
        public String actor() {
            return actor;
        }

        /** When it was accepted, or begun, in epoch milliseconds. */
        public long at() {
            return at;
        }

        /** What a user said; empty for the assistant's messages. */
        public Payload whole() {
            return whole;
        }

        public List<Part> parts() {
            return List.copyOf(parts.values());
        }

        public boolean complete() {
            return complete;
        }

        /** Its plain text so far. */
        public String text() {
            StringBuilder text = new StringBuilder(whole instanceof Payload.Inline(String said) ? said : "");
            parts.values().stream()
                    .filter(part -> part.kind() == DeltaKind.TEXT)
                    .forEach(part -> text.append(part.text()));
            return text.toString();
        }
    }

    /** Pieces of one kind in one part of a message. */
    public static final class Part {
        private final int index;
        private final DeltaKind kind;
        private final StringBuilder text = new StringBuilder();
        private int pieces;

        Part(int index, DeltaKind kind) {
            this.index = index;
            this.kind = kind;
        }

        public int index() {
            return index;
        }

        public DeltaKind kind() {
            return kind;
        }

        public String text() {
            return text.toString();
        }

        /** How many events made it. */
        public int pieces() {
            return pieces;
        }
    }

    /**
     * @param arguments those that it is run with; whoever approved it may have changed them
     * @param doubted whether a person has to say first what became of it
     * @param outcome empty while it runs
     */
    public record Called(
            String id,
            String turn,
            String name,
            Payload arguments,
            Executor executor,
            boolean approval,
            long deadline,
            ToolCall.Decision decision,
            boolean doubted,
            Optional<ToolCall.Outcome> outcome,
            Payload result)
            implements Item {

        Called with(Payload edited) {
            return new Called(id, turn, name, edited, executor, approval, deadline, decision, doubted, outcome, result);
        }

        Called with(ToolCall.Decision made) {
            return new Called(id, turn, name, arguments, executor, approval, deadline, made, doubted, outcome, result);
        }

        Called inDoubt(boolean now) {
            return new Called(id, turn, name, arguments, executor, approval, deadline, decision, now, outcome, result);
        }

        Called with(ToolCall.Outcome end, Payload brought) {
            return new Called(
                    id,
                    turn,
                    name,
                    arguments,
                    executor,
                    approval,
                    deadline,
                    decision,
                    false,
                    Optional.of(end),
                    brought);
        }
    }

    /** @param inputId the input that it was; empty for a plain instruction */
    public record Steering(String id, String turn, String instruction, Actor actor, String inputId) implements Item {}

    /** Seq of the last event folded. */
    public long seq() {
        return seq;
    }

    /** What was said on the current branch, inputs that wait included. */
    public List<Item> items() {
        return items(branches.path());
    }

    /** What was said in a turn. */
    public List<Item> items(String turn) {
        return branches.items(turn).stream().map(this::latest).toList();
    }

    /** What was said up to and including a turn, on its own branch. */
    public List<Item> itemsUpTo(String turn) {
        return items(branches.pathTo(turn));
    }

    /** The turns of the current branch. */
    List<String> path() {
        return branches.path().stream().map(Branches.Node::turn).toList();
    }

    /** The turns up to and including this one, on its own branch. */
    List<String> pathTo(String turn) {
        return branches.pathTo(turn).stream().map(Branches.Node::turn).toList();
    }

    private List<Item> items(List<Branches.Node> path) {
        List<Item> all = new ArrayList<>();
        path.forEach(node -> node.items().forEach(item -> all.add(latest(item))));
        return all;
    }

    public List<Said> messages() {
        return items().stream()
                .filter(Said.class::isInstance)
                .map(Said.class::cast)
                .toList();
    }

    /** The places of the current branch where others begin. */
    public List<Branch> forks() {
        return branches.forks();
    }

    public Times times(String turn) {
        return branches.times(turn);
    }

    public Optional<Called> call(String id) {
        return Optional.ofNullable(calls.get(id));
    }

    public void apply(EventBatch batch) {
        batch.events().forEach(event -> apply(event, batch.at()));
        seq = batch.to();
    }

    private Item latest(Item item) {
        return item instanceof Called called ? calls.getOrDefault(called.id(), called) : item;
    }

    private void apply(Event event, long at) {
        switch (event) {
            case Event.InputAccepted input -> input(input, at);
            case Event.TurnReceived received -> received(received);
            case Event.QueueReordered(List<String> turns, var by) -> branches.reorder(turns);
            case Event.TurnRetracted(String turn, var by) -> branches.retract(turn);
            case Event.BranchSelected(String turn, var by) -> branches.select(turn);
            case Event.TurnClaimed claimed -> branches.started(claimed.turn(), at);
            case Event.Tokens tokens -> grow(tokens, at);
            case Event.StepEnded ended -> close(ended.turn());
            case Event.MessageSuperseded(String turn, String message) ->
                of(turn).removeIf(item -> item instanceof Said said && said.id().equals(message));
            case Event.ToolCalled called -> call(called);
            case Event.ApprovalEdited e -> mapCall(e.callId(), call -> call.with(e.arguments()));
            case Event.ApprovalResolved e -> mapCall(e.callId(), call -> call.with(e.decision()));
            case Event.ToolDoubted e -> mapCall(e.callId(), call -> call.inDoubt(true));
            case Event.ToolRetried e -> mapCall(e.callId(), call -> call.inDoubt(false));
            case Event.ToolResulted e -> mapCall(e.callId(), call -> call.with(e.outcome(), e.result()));
            case Event.Steered e ->
                steered(new Steering(e.steerId(), e.turn(), e.instruction(), e.actor(), e.inputId()));
            case Event.TurnEnded ended -> {
                close(ended.turn());
                branches.ended(ended.turn(), at);
            }
            case Event.TurnStatusChanged e -> {}
            case Event.ApprovalRequested e -> {}
            case Event.ApprovalVoted e -> {}
            case Event.ApprovalDelegated e -> {}
            case Event.ApprovalReminded e -> {}
            case Event.ApprovalEscalated e -> {}
            case Event.ToolGranted e -> {}
            case Event.GrantRevoked e -> {}
            case Event.ToolClaimed e -> {}
            case Event.ToolReleased e -> {}
            case Event.ToolStarted e -> {}
            case Event.SteerResolved e -> {}
            case Event.Forked e -> {}
        }
    }

    private void mapCall(String id, UnaryOperator<Called> change) {
        calls.computeIfPresent(id, (key, call) -> change.apply(call));
    }

    /** An input that steered a turn which ended before it was heard is said anew: it stands where it is answered. */
    private void input(Event.InputAccepted input, long at) {
        String steered = steering.remove(input.inputId());
        if (steered != null) {
            of(steered)
                    .removeIf(item ->
                            item instanceof Steering steer && steer.inputId().equals(input.inputId()));
        }
        branches.said(input.turn());
        say(new Said(
                input.messageId(),
                input.turn(),
                Role.USER,
                input.text(),
                input.actor().name(),
                at));
    }

    private void steered(Steering steer) {
        of(steer.turn()).add(steer);
        if (!steer.inputId().isEmpty()) {
            steering.put(steer.inputId(), steer.turn());
        }
    }

    private void received(Event.TurnReceived received) {
        if (received.regenerates()) {
            List<Item> asked = branches.items(received.replaces()).stream()
                    .filter(item -> item instanceof Said said && said.role() == Role.USER)
                    .toList();
            of(received.turn()).addAll(asked);
        }
        branches.received(received.turn(), received.replaces());
    }

    private void say(Said said) {
        messages.put(said.id(), said);
        of(said.turn()).add(said);
    }

    private void grow(Event.Tokens tokens, long at) {
        Said said = messages.get(tokens.messageId());
        if (said == null) {
            close(tokens.turn());
            said = new Said(tokens.messageId(), tokens.turn(), Role.ASSISTANT, Payload.EMPTY, "", at);
            say(said);
        }
        Part part = said.parts.computeIfAbsent(
                tokens.part() * DeltaKind.values().length + tokens.kind().ordinal(),
                key -> new Part(tokens.part(), tokens.kind()));
        part.text.append(tokens.run().text());
        part.pieces += tokens.run().pieces();
    }

    private void call(Event.ToolCalled called) {
        close(called.turn());
        Called call = new Called(
                called.callId(),
                called.turn(),
                called.name(),
                called.arguments(),
                called.executor(),
                called.approval(),
                called.deadline(),
                ToolCall.Decision.NONE,
                false,
                Optional.empty(),
                Payload.EMPTY);
        calls.put(call.id(), call);
        of(call.turn()).add(call);
    }

    private void close(String turn) {
        of(turn).forEach(item -> {
            if (item instanceof Said said) {
                said.complete = true;
            }
        });
    }

    private List<Item> of(String turn) {
        return branches.node(turn).items();
    }
}
