package dev.sessionmesh.codec.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.sessionmesh.core.Payload;
import java.io.IOException;

/** JSON texts of others: read with bounds, and embedded in what we write. */
final class Json {
    /** How deep the JSON of a client, a model or a tool may be nested. */
    static final int DEPTH = 32;

    /**
     * Names are not canonicalized: the table would be shared by all clients, and grows with whatever they send. A name given twice is
     * refused, as two readers might choose differently.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
            .build();

    private Json() {}

    static JsonParser parser(String json) throws IOException {
        return FACTORY.createParser(json);
    }

    /** Writes the value at the parser's current token, without white space. Numbers keep their digits. */
    static void copy(JsonParser in, JsonSink out) throws IOException {
        int depth = 0;
        JsonToken token = in.currentToken();
        while (true) {
            switch (token) {
                case START_OBJECT -> {
                    out.object();
                    depth++;
                }
                case START_ARRAY -> {
                    out.array();
                    depth++;
                }
                case END_OBJECT -> {
                    out.endObject();
                    depth--;
                }
                case END_ARRAY -> {
                    out.endArray();
                    depth--;
                }
                case FIELD_NAME -> out.foreignName(in.currentName());
                case VALUE_STRING -> out.text(in.getText());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> out.raw(in.getText());
                case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new IllegalStateException("no token of JSON text: " + token);
            }
            if (depth == 0) {
                return;
            }
            token = in.nextToken();
            if (token == null) {
                throw new IOException("ends too early");
            }
        }
    }

    /** Embeds a text that should be JSON; one that is not becomes a JSON string, so that a model's slip never breaks a frame. */
    static void embed(JsonSink out, String text) {
        int mark = out.size();
        try (JsonParser in = parser(text)) {
            if (in.nextToken() != null) {
                copy(in, out);
                if (in.nextToken() == null) {
                    return;
                }
            }
        } catch (IOException notJson) {
            // the string below says it all
        }
        out.backTo(mark);
        out.text(text);
    }

    /** A payload that should be JSON. */
    static void embed(JsonSink out, Payload payload) {
        switch (payload) {
            case Payload.Inline(String text) -> embed(out, text);
            case Payload.Blob blob -> reference(out.object().name("blob"), blob).endObject();
        }
    }

    /** A payload that is plain text: as the field {@code name}, which is empty when the text lies in a blob. */
    static JsonSink text(JsonSink out, String name, Payload payload) {
        return switch (payload) {
            case Payload.Inline(String text) -> out.field(name, text);
            case Payload.Blob blob -> reference(out.field(name, "").name("blob"), blob);
        };
    }

    private static JsonSink reference(JsonSink out, Payload.Blob blob) {
        return out.object()
                .field("hash", blob.hash())
                .field("bytes", blob.bytes())
                .endObject();
    }
}
