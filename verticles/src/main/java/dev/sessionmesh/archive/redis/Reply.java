package dev.sessionmesh.archive.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers, or a part of it. Nothing and what is not there read as empty; who must tell them apart asks.
 */
record Reply(@Nullable Response said) {
    private static final byte[] NO_BYTES = {};

    boolean isNothing() {
        return said == null;
    }

    String text() {
        return said == null ? "" : said.toString();
    }

    byte[] bytes() {
        if (said == null) {
            return NO_BYTES;
        }
        byte @Nullable [] bytes = said.toBytes();
        return bytes == null ? NO_BYTES : bytes;
    }

    /** @throws NumberFormatException when it is none */
    long number() {
        return Long.parseLong(text());
    }

    boolean isOne() {
        return text().equals("1");
    }

    int size() {
        return said == null || said.type() != ResponseType.MULTI ? 0 : said.size();
    }

    Reply get(int part) {
        return new Reply(said == null || part >= size() ? null : said.get(part));
    }

    List<Reply> parts() {
        List<Reply> parts = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            parts.add(get(i));
        }
        return parts;
    }
}
