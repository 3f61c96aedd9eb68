package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * The chain of decisions of a session, which {@code ./mesh audit verify} checks (docs/audit.md).
 *
 * @param length how many entries there are
 * @param hash of the newest entry: it vouches for all of them
 */
public record Audit(String tenant, String session, long length, String hash, List<Entry> entries) {
    public Audit {
        entries = List.copyOf(entries);
    }

    /**
     * A decision, or something else that somebody answers for.
     *
     * @param no from 1
     * @param seq its place in the session's log
     * @param atMs milliseconds since 1970
     * @param action {@code requested}, {@code voted}, {@code approved}, ...
     * @param subject the call or grant
     * @param byKind {@code person}, {@code agent} or {@code system}
     * @param payloadHash SHA-256 of what it is about, or empty
     * @param payload the text itself, unless it is a blob of that hash
     * @param previous the hash of the entry before
     */
    public record Entry(
            long no,
            long seq,
            long atMs,
            String action,
            String subject,
            String byKind,
            String by,
            String payloadHash,
            Optional<String> payload,
            String detail,
            String previous,
            String hash) {}

    static Audit of(JsonObject json) {
        JsonObject head = json.getJsonObject("head", new JsonObject());
        return new Audit(
                FrameReader.text(json, "tenant"),
                FrameReader.text(json, "session"),
                FrameReader.number(head, "entries"),
                FrameReader.text(head, "hash"),
                HttpCalls.objects(json, "entries").stream().map(Audit::entry).toList());
    }

    private static Entry entry(JsonObject json) {
        return new Entry(
                FrameReader.number(json, "no"),
                FrameReader.number(json, "seq"),
                FrameReader.number(json, "at"),
                FrameReader.text(json, "action"),
                FrameReader.text(json, "subject"),
                FrameReader.text(json, "byKind"),
                FrameReader.text(json, "by"),
                FrameReader.text(json, "payloadHash"),
                FrameReader.maybe(json, "payload"),
                FrameReader.text(json, "detail"),
                FrameReader.text(json, "previous"),
                FrameReader.text(json, "hash"));
    }
}
