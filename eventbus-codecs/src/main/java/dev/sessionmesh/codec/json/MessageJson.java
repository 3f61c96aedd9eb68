package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.Conversation.Part;
import dev.sessionmesh.core.session.Conversation.Said;
import dev.sessionmesh.core.session.DeltaKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The messages of a folded conversation: as the frames of a snapshot, and as one document. */
public final class MessageJson {
    private MessageJson() {}

    /** A {@code message} frame of a snapshot that is yet to be written; any number of clients may share it. */
    public static final class Piece {
        private final Said said;
        private final Conversation.Times times;
        private final Slice slice;
        private final boolean more;

        private Piece(Said said, Conversation.Times times, Slice slice, boolean more) {
            this.said = said;
            this.times = times;
            this.slice = slice;
            this.more = more;
        }

        public byte[] frame(SessionKey key) {
            JsonSink out = new JsonSink(512).object().field("type", "message").field("session", key.id());
            head(out, times, said);
            slice.write(out).optional("more", more);
            return out.endObject().toBytes();
        }
    }

    /**
     * The {@code message} frames of a snapshot. A message takes one frame a part, more when a part is long; all but its last say
     * {@code more}.
     *
     * @param conversation not to be changed while the pieces are in use
     * @param maxChars the most text of a frame
     */
    public static List<Piece> pieces(Conversation conversation, int maxChars) {
        List<Piece> pieces = new ArrayList<>();
        for (Said said : conversation.messages()) {
            List<Slice> slices = slices(said, maxChars);
            for (int i = 0; i < slices.size(); i++) {
                pieces.add(new Piece(said, conversation.times(said.turn()), slices.get(i), i < slices.size() - 1));
            }
        }
        return pieces;
    }

    /** The body of {@code GET .../messages}. */
    public static byte[] document(Conversation conversation) {
        JsonSink out = new JsonSink(4096).object().field("seq", conversation.seq());
        out.name("messages").array();
        for (Said said : conversation.messages()) {
            head(out.object(), conversation.times(said.turn()), said);
            if (said.role() == Conversation.Role.USER) {
                Json.text(out, "text", said.whole());
            } else {
                out.field("text", said.text());
                parts(out, said);
            }
            out.endObject();
        }
        return out.endArray().endObject().toBytes();
    }

    /** Only when there is more than the plain text. */
    private static void parts(JsonSink out, Said said) {
        List<Part> parts = said.parts();
        if (parts.stream().allMatch(part -> part.kind() == DeltaKind.TEXT)) {
            return;
        }
        out.name("parts").array();
        for (Part part : parts) {
            out.object()
                    .field("part", part.index())
                    .field("kind", part.kind().wire())
                    .field("text", part.text())
                    .endObject();
        }
        out.endArray();
    }

    private static void head(JsonSink out, Conversation.Times times, Said said) {
        out.field("messageId", said.id())
                .field("role", said.role().name().toLowerCase(Locale.ROOT))
                .field("turn", said.turn())
                .field("status", said.complete() ? "complete" : "streaming")
                .field("at", EventJson.time(said.at()));
        if (said.role() == Conversation.Role.USER) {
            out.field("actor", said.actor());
            out.field("state", times.startedAt() == 0 ? "queued" : times.endedAt() == 0 ? "processing" : "processed");
            if (times.startedAt() > 0) {
                out.field("processedAt", EventJson.time(times.startedAt()));
            }
        }
    }

    /** A piece of one part that fits a frame. */
    private record Slice(int part, DeltaKind kind, Payload text) {
        JsonSink write(JsonSink out) {
            if (part != 0) {
                out.field("part", part);
            }
            if (kind != DeltaKind.TEXT) {
                out.field("kind", kind.wire());
            }
            return Json.text(out, "text", text);
        }
    }

    private static List<Slice> slices(Said said, int maxChars) {
        List<Slice> slices = new ArrayList<>();
        switch (said.whole()) {
            case Payload.Inline(String text)
            when said.role() == Conversation.Role.ASSISTANT ->
                said.parts().forEach(part -> cut(slices, part.index(), part.kind(), part.text(), maxChars));
            case Payload.Inline(String text) -> cut(slices, 0, DeltaKind.TEXT, text, maxChars);
            case Payload.Blob blob -> slices.add(new Slice(0, DeltaKind.TEXT, blob));
        }
        return slices;
    }

    /** Never between the two halves of a character. */
    private static void cut(List<Slice> slices, int part, DeltaKind kind, String text, int maxChars) {
        int start = 0;
        do {
            int end = Math.min(text.length(), start + maxChars);
            if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1)) && end - start > 1) {
                end--;
            }
            slices.add(new Slice(part, kind, new Payload.Inline(text.substring(start, end))));
            start = end;
        } while (start < text.length());
    }
}
