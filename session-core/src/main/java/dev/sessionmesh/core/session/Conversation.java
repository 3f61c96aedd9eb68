package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.EventBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The log, folded: what was said, in the order of the turns (an input that waits in the queue belongs to its own turn, though it
 * lies in the log among the words of the turn before). Derived from events and never stored beside them; not thread-safe.
 */
public final class Conversation {
    private final Map<String, List<Item>> turns = new LinkedHashMap<>();
    private final Map<String, Called> calls = new LinkedHashMap<>();
    private final Map<String, Said> messages = new LinkedHashMap<>();
    private long seq;

    public sealed interface Item {}

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
        private final Map<Integer, Part> parts = new LinkedHashMap<>();
        private boolean complete;

        Said(String id, String turn, Role role, Payload whole) {
            this.id = id;
            this.turn = turn;
            this.role = role;
            this.whole = whole;
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
     * @param outcome empty while it runs
     */
    public record Called(
            String id,
            String turn,
            String name,
            Payload arguments,
            Executor executor,
            ToolCall.Decision decision,
            Optional<ToolCall.Outcome> outcome,
            Payload result,
            long deadline,
            boolean approval)
            implements Item {}

    public record Steering(String id, String turn, String instruction, Actor actor) implements Item {}

    /** Seq of the last event folded. */
    public long seq() {
        return seq;
    }

    public List<Item> items() {
        List<Item> all = new ArrayList<>();
        turns.values().forEach(items -> items.forEach(item -> all.add(latest(item))));
        return all;
    }

    public List<Item> items(String turn) {
        return turns.getOrDefault(turn, List.of()).stream().map(this::latest).toList();
    }

    public List<Said> messages() {
        return items().stream()
                .filter(Said.class::isInstance)
                .map(Said.class::cast)
                .toList();
    }

    public Optional<Called> call(String id) {
        return Optional.ofNullable(calls.get(id));
    }

    public void apply(EventBatch batch) {
        batch.events().forEach(this::apply);
        seq = batch.to();
    }

    private Item latest(Item item) {
        return item instanceof Called called ? calls.getOrDefault(called.id(), called) : item;
    }

    private void apply(Event event) {
        switch (event) {
            case Event.InputAccepted input -> say(new Said(input.messageId(), input.turn(), Role.USER, input.text()));
            case Event.Tokens tokens -> grow(tokens);
            case Event.ToolCalled called -> call(called);
            case Event.ApprovalResolved(String id, ToolCall.Decision decision, var by, String reason) ->
                calls.computeIfPresent(id, (key, call) -> with(call, decision, call.outcome(), call.result()));
            case Event.ToolResulted(String id, ToolCall.Outcome outcome, Payload result, var by) ->
                calls.computeIfPresent(id, (key, call) -> with(call, call.decision(), Optional.of(outcome), result));
            case Event.Steered(String turn, String id, String instruction, Actor actor) ->
                of(turn).add(new Steering(id, turn, instruction, actor));
            case Event.TurnEnded ended -> close(ended.turn());
            case Event.TurnReceived received -> of(received.turn());
            case Event.TurnClaimed claimed -> {}
            case Event.TurnStatusChanged changed -> {}
            case Event.ApprovalRequested requested -> {}
            case Event.ToolStarted started -> {}
            case Event.SteerResolved resolved -> {}
            case Event.Forked forked -> {}
        }
    }

    private void say(Said said) {
        messages.put(said.id(), said);
        of(said.turn()).add(said);
    }

    private void grow(Event.Tokens tokens) {
        Said said = messages.get(tokens.messageId());
        if (said == null) {
            close(tokens.turn());
            said = new Said(tokens.messageId(), tokens.turn(), Role.ASSISTANT, Payload.EMPTY);
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
                ToolCall.Decision.NONE,
                Optional.empty(),
                Payload.EMPTY,
                called.deadline(),
                called.approval());
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
        return turns.computeIfAbsent(turn, id -> new ArrayList<>());
    }

    private static Called with(
            Called call, ToolCall.Decision decision, Optional<ToolCall.Outcome> outcome, Payload result) {
        return new Called(
                call.id(),
                call.turn(),
                call.name(),
                call.arguments(),
                call.executor(),
                decision,
                outcome,
                result,
                call.deadline(),
                call.approval());
    }
}
