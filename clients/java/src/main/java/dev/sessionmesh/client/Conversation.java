package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The conversation of a session as it goes on, folded from the frames of a tab: hand it each one, in order.
 *
 * <pre>{@code
 * var conversation = new Conversation();
 * Tab tab = client.follow("s1", Position.newest(), frame -> {
 *     conversation.see(frame);
 *     // If it is incomplete(): tab.refresh()
 *     show(conversation.messages(), conversation.branches());
 * });
 * }</pre>
 *
 * <p>Turns that were done again stand beside each other; the messages are those of the branch that the session goes by, without what was
 * retracted or superseded. Those of other branches are kept, as far as they were seen. It grows with the log. Not thread-safe.
 */
public final class Conversation {

    /** A stretch of a message that is not plain text. */
    public record Part(Optional<String> part, String kind, String text) {}

    /**
     * What a person or the agent said.
     *
     * @param role {@code user} or {@code assistant}
     * @param turn the one in which it was said; the words of a turn that was answered again stay that turn's
     * @param text the plain text so far; empty beside a {@code blob}
     * @param parts reasoning, arguments and data, in the order of their first appearance
     * @param status {@code streaming} or {@code complete}
     * @param actor who said it, when it was a person
     * @param at RFC 3339; of an assistant's message unknown while it is followed from its first token
     * @param state of a person's message: {@code queued}, {@code processing} or {@code processed}
     */
    public record Message(
            String messageId,
            String role,
            Optional<String> turn,
            String text,
            Optional<Frame.Blob> blob,
            List<Part> parts,
            String status,
            Optional<String> actor,
            Optional<String> at,
            Optional<String> state) {

        public Message {
            parts = List.copyOf(parts);
        }

        /** A message of {@code GET .../messages}. */
        static Message of(JsonObject json) {
            return new Message(
                    FrameReader.text(json, "messageId"),
                    FrameReader.text(json, "role"),
                    FrameReader.maybe(json, "turn"),
                    FrameReader.text(json, "text"),
                    FrameReader.blob(json),
                    HttpCalls.objects(json, "parts").stream()
                            .map(part -> new Part(
                                    FrameReader.maybe(part, "part"),
                                    FrameReader.text(part, "kind"),
                                    FrameReader.text(part, "text")))
                            .toList(),
                    FrameReader.text(json, "status"),
                    FrameReader.maybe(json, "actor"),
                    FrameReader.maybe(json, "at"),
                    FrameReader.maybe(json, "state"));
        }
    }

    /**
     * A place of the current branch where others begin.
     *
     * @param turn the one that the conversation goes by
     * @param beside all that stand there, this one included, oldest first: one for {@link Command.SelectBranch}
     */
    public record Branch(String turn, List<String> beside) {
        public Branch {
            beside = List.copyOf(beside);
        }

        /** Those of a snapshot, or of {@link SessionmeshHttp#session}: its field {@code branches}. */
        public static List<Branch> of(JsonArray branches) {
            return IntStream.range(0, branches.size())
                    .mapToObj(branches::getJsonObject)
                    .map(branch -> new Branch(branch.getString("turn", ""), FrameReader.names(branch, "beside")))
                    .toList();
        }
    }

    private Fold fold = new Fold(List.of());
    private @Nullable Fold arriving;
    private int messagesToCome;

    /** The messages of the current branch, turn by turn. */
    public List<Message> messages() {
        return fold.messages();
    }

    /** The turns of the current branch that have others beside them. */
    public List<Branch> branches() {
        return fold.tree.branches();
    }

    /**
     * Whether the session went over to a branch that was never seen here: only a snapshot can show it, which {@link Tab#refresh} asks
     * for, and none is on its way. Until it is there, the messages are what is known of that branch.
     */
    public boolean incomplete() {
        return fold.tree.incomplete() && arriving == null;
    }

    /** Takes in a frame; those that don't concern the conversation are passed over. */
    public void see(Frame frame) {
        switch (frame) {
            case Frame.Attached attached -> {
                arriving = null;
                attached.snapshot().ifPresent(this::begin);
            }
            case Frame.Message message -> restore(message);
            case Frame.Logged event -> fold.see(event);
            case Frame.Signal other -> {}
        }
    }

    /** A snapshot is built aside and counts when it is whole: a connection lost halfway changes nothing. */
    private void begin(Frame.Snapshot snapshot) {
        Fold next = new Fold(Branch.of(snapshot.branches()));
        next.running(snapshot.turns());
        messagesToCome = snapshot.messages();
        arriving = next;
        came(next);
    }

    private void restore(Frame.Message message) {
        Fold next = arriving;
        if (next != null) {
            next.restore(message);
            messagesToCome--;
            came(next);
        }
    }

    private void came(Fold next) {
        if (messagesToCome == 0) {
            next.nameBranches();
            fold = next;
            arriving = null;
        }
    }
}
