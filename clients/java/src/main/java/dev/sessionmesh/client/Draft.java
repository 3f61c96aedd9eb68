package dev.sessionmesh.client;

import dev.sessionmesh.client.Conversation.Message;
import dev.sessionmesh.client.Conversation.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message that may still grow. */
final class Draft {
    static final String STREAMING = "streaming";
    static final String COMPLETE = "complete";
    static final String QUEUED = "queued";

    private record Stretch(Optional<String> part, String kind, StringBuilder text) {}

    final String id;
    final String role;
    final Optional<String> turn;
    private final Optional<String> actor;
    private final Optional<String> at;
    private final StringBuilder text = new StringBuilder();
    private final List<Stretch> parts = new ArrayList<>();
    private Optional<Frame.Blob> blob = Optional.empty();
    private Optional<String> state;
    private String status = STREAMING;
    private @Nullable Message told;

    private Draft(
            String id,
            String role,
            Optional<String> turn,
            Optional<String> actor,
            Optional<String> at,
            Optional<String> state) {
        this.id = id;
        this.role = role;
        this.turn = turn;
        this.actor = actor;
        this.at = at;
        this.state = state;
    }

    static Draft of(Frame.Message frame) {
        return new Draft(frame.messageId(), frame.role(), frame.turn(), frame.actor(), frame.at(), frame.state());
    }

    static Draft of(Frame.Input input) {
        Draft said = new Draft(
                input.messageId(), "user", Optional.of(input.turn()), input.actor(), input.at(), Optional.of(QUEUED));
        said.add(input.text(), Optional.empty(), Optional.empty());
        said.lies(input.blob());
        said.become(COMPLETE);
        return said;
    }

    /** @param turn the one that runs, where that is known */
    static Draft of(Frame.Token first, Optional<String> turn) {
        return new Draft(first.messageId(), "assistant", turn, Optional.empty(), Optional.empty(), Optional.empty());
    }

    boolean isUsers() {
        return role.equals("user");
    }

    void add(String more, Optional<String> kind, Optional<String> part) {
        told = null;
        if (kind.isEmpty() || kind.get().equals("text")) {
            text.append(more);
            return;
        }
        Stretch stretch = parts.stream()
                .filter(one -> one.part().equals(part) && one.kind().equals(kind.get()))
                .findFirst()
                .orElse(null);
        if (stretch == null) {
            stretch = new Stretch(part, kind.get(), new StringBuilder());
            parts.add(stretch);
        }
        stretch.text().append(more);
    }

    /** Where the text lies, when it is too long for the log. */
    void lies(Optional<Frame.Blob> there) {
        told = null;
        blob = there.or(() -> blob);
    }

    void become(String now) {
        told = null;
        status = now;
    }

    /** How far the turn got, of which a person's message is. */
    void turned(boolean ended) {
        if (isUsers()) {
            told = null;
            // What was cancelled before it began was never processed.
            boolean never = ended && state.equals(Optional.of(QUEUED));
            state = never ? state : Optional.of(ended ? "processed" : "processing");
        }
    }

    Message message() {
        Message now = told;
        if (now == null) {
            List<Part> all = parts.stream()
                    .map(one -> new Part(one.part(), one.kind(), one.text().toString()))
                    .toList();
            now = new Message(id, role, turn, text.toString(), blob, all, status, actor, at, state);
            told = now;
        }
        return now;
    }
}
