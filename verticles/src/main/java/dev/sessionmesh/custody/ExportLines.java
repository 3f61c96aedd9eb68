package dev.sessionmesh.custody;

import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.State;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * An exported session as lines of JSON, see docs/archive.md. Each line says what it is; what is meant for people stands beside the exact bytes, and only the
 * bytes are read again. The last line has a hash over all the others. A released form never changes: a golden file holds it.
 */
final class ExportLines {
    static final String FORMAT = "sessionmesh-export";
    static final int VERSION = 1;
    /** As forms of the web have it. */
    static final String MEDIA_TYPE = "application/x-ndjson";

    private final SessionKey key;
    private final MessageDigest hash = sha256();
    private long lines;

    ExportLines(SessionKey key) {
        this.key = key;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Buffer head(State state, long exportedAt) {
        JsonArray histories = new JsonArray();
        state.lineage()
                .branches()
                .forEach(branch -> histories.add(new JsonObject()
                        .put("history", HexFormat.of().toHexDigits(branch.history()))
                        .put("from", branch.start())));
        return line(new JsonObject()
                .put("type", "head")
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("tenant", key.tenant())
                .put("session", key.id())
                .put("createdAt", time(state.createdAt()))
                .put("exportedAt", time(exportedAt))
                .put("head", state.head())
                .put("histories", histories)
                .put("profile", profile(state.profile())));
    }

    private static JsonObject profile(Profile profile) {
        JsonObject metadata = new JsonObject();
        new TreeMap<>(profile.metadata()).forEach(metadata::put);
        return new JsonObject()
                .put("model", profile.model())
                .put("instructions", profile.instructions())
                .put("memory", profile.memory())
                .put(
                        "tools",
                        new JsonArray(
                                profile.tools().stream().map(ToolSpec::name).toList()))
                .put("metadata", metadata);
    }

    Buffer batch(EventBatch batch) {
        Buffer events = Buffer.buffer();
        long seq = batch.from();
        for (Event event : batch.events()) {
            events.appendString(events.length() == 0 ? "" : ",")
                    .appendBytes(EventJson.frame(key, seq, batch.at(), event));
            seq += event.span();
        }
        String opening = "{\"type\":\"batch\",\"from\":" + batch.from() + ",\"to\":" + batch.to() + ",\"at\":\""
                + time(batch.at()) + "\",\"bytes\":\"" + base64(BatchCodec.encode(batch)) + "\",\"events\":[";
        return line(Buffer.buffer(opening).appendBuffer(events).appendString("]}"));
    }

    Buffer blob(String name, byte[] utf8) {
        return line(new JsonObject().put("type", "blob").put("hash", name).put("bytes", base64(utf8)));
    }

    Buffer snapshot(ArchiveCodec.Snapshot snapshot) {
        return line(new JsonObject().put("type", "snapshot").put("bytes", base64(ArchiveCodec.snapshot(snapshot))));
    }

    Buffer end() {
        return line(new JsonObject()
                .put("type", "end")
                .put("lines", lines)
                .put("sha256", HexFormat.of().formatHex(hash.digest())));
    }

    private Buffer line(JsonObject json) {
        return line(Buffer.buffer(json.encode()));
    }

    private Buffer line(Buffer json) {
        Buffer line = json.appendByte((byte) '\n');
        hash.update(line.getBytes());
        lines++;
        return line;
    }

    private static String base64(byte[] bytes) {
        return new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
