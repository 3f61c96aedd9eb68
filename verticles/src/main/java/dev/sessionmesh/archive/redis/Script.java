package dev.sessionmesh.archive.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What Redis must do in one step.
 *
 * @param sha by which a server knows it that has run it before
 * @param types of its keys, in Redis' words; the last one is that of all that follow
 */
record Script(String body, String sha, List<String> types) {
    private static final String PRELUDE = source("mark");

    static final Script WRITE = ofSession("write");
    static final Script REWIND = ofSession("rewind");
    static final Script CLAIM = ofSession("claim");
    static final Script MARK = ofSession("look");
    static final Script READ = ofSession("read");
    static final Script REST = ofSession("rest", "stream");
    static final Script PACK = ofSession("pack", "stream");
    static final Script DELETE = ofSession("delete");
    static final Script PAYLOAD = ofSession("payload");
    static final Script CURSORS = ofSession("cursors");
    static final Script WEBHOOKS = of(source("webhooks"), List.of("hash"));
    static final Script LIST = of(source("list"), List.of("hash", "zset"));

    /** The request for a server that knows the script; its arguments follow. */
    Request bySha(List<String> keys) {
        return start(Command.EVALSHA, sha, keys);
    }

    /** The request for a server that does not, and does from then on. */
    Request whole(List<String> keys) {
        return start(Command.EVAL, body, keys);
    }

    String typeOf(int key) {
        return types.get(Math.min(key, types.size() - 1));
    }

    private static Request start(Command command, String what, List<String> keys) {
        Request request = Request.cmd(command).arg(what).arg(keys.size());
        keys.forEach(request::arg);
        return request;
    }

    private static Script ofSession(String name) {
        return ofSession(name, "hash");
    }

    /** @param fourth type of the key that is there beside the mark, the log and the snapshot */
    private static Script ofSession(String name, String fourth) {
        return of(PRELUDE + source(name), List.of("hash", "stream", "string", fourth));
    }

    private static Script of(String body, List<String> types) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(body.getBytes(StandardCharsets.UTF_8));
            return new Script(body, HexFormat.of().formatHex(hash), types);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String source(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("the script " + name + ".lua is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
