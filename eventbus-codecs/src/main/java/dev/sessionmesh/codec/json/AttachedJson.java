package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.State;
import java.util.OptionalLong;

/** The answers to an attach: {@code attached}, and the snapshot that comes with it when the client's position was of no use. */
public final class AttachedJson {
    private AttachedJson() {}

    /** Why a client gets a snapshot. */
    public enum Reason {
        /** It had no position. */
        NEW("new"),
        /** Its position belongs to another history. */
        DIVERGED("diverged"),
        /** The events behind its position were folded: it is not known any more which of them it has seen. */
        COMPACTED("compacted");

        private final String wire;

        Reason(String wire) {
            this.wire = wire;
        }
    }

    /**
     * The client's position holds: the events behind it follow.
     *
     * @param pos the opaque form of the position at {@code head}
     */
    public static byte[] resumed(SessionKey key, long head, String pos, String client) {
        return begin(key, head, pos, true, client).endObject().toBytes();
    }

    /**
     * The first frame of a snapshot; its messages follow, then the events behind {@code conversation.seq()}.
     *
     * @param messages how many frames the messages take
     * @param state gives turns and calls, as of the head
     * @param rewindTo after a divergence, the last seq that the client saw and that still holds
     */
    public static byte[] snapshot(
            SessionKey key,
            State state,
            Conversation conversation,
            int messages,
            String pos,
            String client,
            Reason reason,
            OptionalLong rewindTo,
            Limits limits) {
        JsonSink out = begin(key, state.head(), pos, false, client).field("reason", reason.wire);
        rewindTo.ifPresent(seq -> out.field("rewindTo", seq));
        out.name("snapshot").object().field("seq", conversation.seq()).field("messages", messages);
        StateJson.control(out, state, conversation, limits.documentBytes());
        return out.endObject().endObject().toBytes();
    }

    private static JsonSink begin(SessionKey key, long head, String pos, boolean resumed, String client) {
        return new JsonSink(512)
                .object()
                .field("type", "attached")
                .field("session", key.id())
                .field("head", head)
                .field("pos", pos)
                .field("resumed", resumed)
                .field("client", client);
    }
}
