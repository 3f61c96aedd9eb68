package dev.sessionmesh.webhook;

import dev.sessionmesh.codec.json.LifeJson;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.Position;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request: some consecutive events of one session. Its id follows from the plan in the cursor, and so is the same whoever sends it and
 * however often; its signature is made anew for each try, as receivers refuse old ones.
 */
record Message(String id, byte[] body, String trace) {
    private static final int ID_BYTES = 18;

    Message(String id, byte[] body) {
        this(id, body, "");
    }

    /** The same, sent as part of a trace; which of them that is may differ from one try to the next. */
    Message traced(String place) {
        return new Message(id, body, place);
    }

    static Message of(SessionKey key, Endpoint endpoint, Cursor planned, Lineage lineage, List<Cutter.Item> items) {
        return new Message(id(key, endpoint, planned), body(key, endpoint, planned, Optional.of(lineage), items));
    }

    /** Of a session of which nothing is left to go on from. */
    static Message ofDeletion(SessionKey key, Endpoint endpoint, Cursor planned, OwnedHeads.Tombstone tombstone) {
        long seq = tombstone.seq() + 1;
        byte[] frame = LifeJson.deleted(key, seq, tombstone.at());
        Cutter.Item item = new Cutter.Item(seq, tombstone.at(), LifeJson.DELETED, frame);
        return new Message(id(key, endpoint, planned), body(key, endpoint, planned, Optional.empty(), List.of(item)));
    }

    private static String id(SessionKey key, Endpoint endpoint, Cursor planned) {
        ByteBuffer numbers = ByteBuffer.allocate(5 * Long.BYTES);
        for (long number : planned.toLongs()) {
            numbers.putLong(number);
        }
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update((key + " " + endpoint.id() + " ").getBytes(StandardCharsets.US_ASCII));
            byte[] sum = hash.digest(numbers.array());
            return "msg_"
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(sum, ID_BYTES));
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException(every);
        }
    }

    /** Ids and types hold nothing that JSON would have to escape. */
    private static byte[] body(
            SessionKey key, Endpoint endpoint, Cursor planned, Optional<Lineage> lineage, List<Cutter.Item> items) {
        int size = items.stream().mapToInt(item -> item.frame().length + 160).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream(size + 256);
        write(out, "{\"type\":\"session.events\",\"webhook\":\"" + endpoint.id() + "\",\"tenant\":\"" + key.tenant());
        write(out, "\",\"session\":\"" + key.id() + "\",");
        if (planned.replay() > 0) {
            write(out, "\"replay\":" + planned.replay() + ",");
        }
        write(out, "\"events\":[");
        String comma = "";
        for (Cutter.Item item : items) {
            write(out, comma + "{\"type\":\"" + item.type() + "\",\"seq\":" + item.seq() + ",");
            lineage.ifPresent(line -> write(out, "\"pos\":\"" + pos(line, item.seq()) + "\","));
            write(out, "\"at\":\"" + Instant.ofEpochMilli(item.at()) + "\",\"data\":");
            out.writeBytes(item.frame());
            write(out, "}");
            comma = ",";
        }
        write(out, "]}");
        return out.toByteArray();
    }

    private static String pos(Lineage lineage, long seq) {
        return new Position(lineage.at(seq), seq).token();
    }

    private static void write(ByteArrayOutputStream out, String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** The headers of Standard Webhooks, which of the published keys signed, and where the trace goes on. */
    Map<String, String> headers(SigningKeys keys, long now) {
        long seconds = now / 1_000;
        byte[] head = (id + "." + seconds + ".").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer signed =
                ByteBuffer.allocate(head.length + body.length).put(head).put(body);
        Map<String, String> headers = new HashMap<>(Map.of(
                "content-type",
                "application/json",
                "user-agent",
                "sessionmesh-webhooks",
                "webhook-id",
                id,
                "webhook-timestamp",
                Long.toString(seconds),
                "webhook-signature",
                "v1a," + Base64.getEncoder().encodeToString(keys.sign(signed.array())),
                "webhook-key-id",
                keys.newest().kid()));
        if (!trace.isEmpty()) {
            headers.put("traceparent", trace);
        }
        return headers;
    }
}
