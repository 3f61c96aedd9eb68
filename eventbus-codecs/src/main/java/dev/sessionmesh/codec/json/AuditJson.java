package dev.sessionmesh.codec.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Audit;
import dev.sessionmesh.core.session.AuditTrail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The chain of a session's decisions as a document (docs/audit.md), and read back from one. */
public final class AuditJson {
    /** @param head as the document says; what its entries add up to is for the reader to find out */
    public record Document(String tenant, String session, Audit head, List<AuditTrail.Line> lines) {
        public Document {
            lines = List.copyOf(lines);
        }
    }

    /** It is no document of this kind. */
    public static final class MalformedAuditException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedAuditException(String message) {
            super(message);
        }
    }

    private AuditJson() {}

    public static byte[] document(SessionKey key, Audit head, List<AuditTrail.Line> lines) {
        JsonSink out = new JsonSink(512 + 512 * lines.size()).object();
        out.field("tenant", key.tenant()).field("session", key.id());
        out.name("head")
                .object()
                .field("entries", head.no())
                .field("hash", head.hash())
                .endObject();
        out.name("entries").array();
        lines.forEach(line -> write(out, line));
        return out.endArray().endObject().toBytes();
    }

    private static void write(JsonSink out, AuditTrail.Line line) {
        Audit.Entry entry = line.entry();
        out.object().field("no", entry.no()).field("seq", entry.seq()).field("at", entry.at());
        out.field("action", entry.action()).field("subject", entry.subject());
        out.field("byKind", entry.by().kind().name().toLowerCase(Locale.ROOT));
        out.field("by", entry.by().name());
        out.field("payloadHash", entry.payloadHash()).field("detail", entry.detail());
        if (line.payload().isPresent() && line.payload().get() instanceof Payload.Inline(String text)) {
            out.field("payload", text);
        }
        out.field("previous", entry.previous()).field("hash", entry.hash()).endObject();
    }

    public static Document read(String json) throws MalformedAuditException {
        try (JsonParser in = Json.parser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedAuditException("not a JSON object");
            }
            Map<String, String> texts = new HashMap<>();
            Map<String, String> head = Map.of();
            List<AuditTrail.Line> lines = new ArrayList<>();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                switch (in.nextToken()) {
                    case VALUE_STRING -> texts.put(name, in.getText());
                    case START_OBJECT -> head = fields(in);
                    case START_ARRAY -> {
                        while (in.nextToken() == JsonToken.START_OBJECT) {
                            lines.add(line(fields(in)));
                        }
                    }
                    default -> in.skipChildren();
                }
            }
            return new Document(
                    needed(texts, "tenant"),
                    needed(texts, "session"),
                    new Audit(number(head, "entries"), needed(head, "hash")),
                    lines);
        } catch (IOException notJson) {
            throw new MalformedAuditException("not JSON");
        } catch (IllegalArgumentException illegal) {
            throw new MalformedAuditException(String.valueOf(illegal.getMessage()));
        }
    }

    private static Map<String, String> fields(JsonParser in) throws IOException {
        Map<String, String> fields = new HashMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            if (in.nextToken().isScalarValue()) {
                fields.put(name, in.getText());
            } else {
                in.skipChildren();
            }
        }
        return fields;
    }

    private static AuditTrail.Line line(Map<String, String> fields) throws MalformedAuditException {
        Actor by =
                new Actor(Actor.Kind.valueOf(needed(fields, "byKind").toUpperCase(Locale.ROOT)), needed(fields, "by"));
        Audit.Entry entry = new Audit.Entry(
                number(fields, "no"),
                number(fields, "seq"),
                number(fields, "at"),
                needed(fields, "action"),
                needed(fields, "subject"),
                by,
                needed(fields, "payloadHash"),
                needed(fields, "detail"),
                needed(fields, "previous"),
                needed(fields, "hash"));
        return new AuditTrail.Line(
                entry, Optional.ofNullable(fields.get("payload")).map(Payload::of));
    }

    private static String needed(Map<String, String> fields, String name) throws MalformedAuditException {
        String value = fields.get(name);
        if (value == null) {
            throw new MalformedAuditException(name + " is missing");
        }
        return value;
    }

    private static long number(Map<String, String> fields, String name) throws MalformedAuditException {
        try {
            return Long.parseLong(needed(fields, name));
        } catch (NumberFormatException noNumber) {
            throw new MalformedAuditException(name + " is not a number");
        }
    }
}
