package dev.sessionmesh.custody;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.Claim;
import dev.sessionmesh.archive.Stored;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.MalformedBytesException;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.trace.About;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a session away wherever something of it is, looks again, and says so in a signed receipt. What is left is its tombstone: a name, when it was
 * deleted, and how many events it had. Whoever is told that it failed asks again: what was done is not done twice.
 */
final class Eraser {
    private static final Logger LOG = LoggerFactory.getLogger(Eraser.class);
    static final String TYPE = "sessionmesh-erasure+jws";

    private final SessionStore store;
    private final Optional<Archive> archive;
    private final Remains remains;
    private final Seal seal;
    private final InstantSource clock;
    private final String node;

    /** @param node that says so */
    Eraser(
            SessionStore store,
            Optional<Archive> archive,
            Remains remains,
            Seal seal,
            InstantSource clock,
            String node) {
        this.store = store;
        this.archive = archive;
        this.remains = remains;
        this.seal = seal;
        this.clock = clock;
        this.node = node;
    }

    /** What the archive had. */
    private record Shelved(long records, long bytes, long blobs, long cursors) {
        static final Shelved NOTHING = new Shelved(0, 0, 0, 0);

        Shelved with(long webhooks) {
            return new Shelved(records, bytes, blobs, webhooks);
        }
    }

    CompletionStage<Outcome<JsonObject>> erase(SessionKey key) {
        return remains.count(key)
                .thenCompose(memory -> shelved(key).thenCompose(shelved -> erase(key, memory, shelved)))
                .exceptionally(failure -> {
                    About.of(key).warn(LOG).log("session is not erased yet: {}", failure.toString());
                    return Outcome.refused(ErrorCode.UNAVAILABLE, "not all of it is gone yet: ask again");
                });
    }

    private CompletionStage<Shelved> shelved(SessionKey key) {
        return archive.map(keeps -> keeps.read(key)
                        .thenApply(stored -> stored.map(Eraser::count).orElse(Shelved.NOTHING))
                        .thenCompose(known ->
                                keeps.webhooks().cursors(key).thenApply(cursors -> known.with(cursors.size()))))
                .orElseGet(() -> CompletableFuture.completedStage(Shelved.NOTHING));
    }

    private static Shelved count(Stored stored) {
        long bytes = stored.snapshot().length;
        for (var stretch : stored.records()) {
            bytes += stretch.bytes().length;
        }
        long blobs = 0;
        try {
            blobs = stored.mark().deleted()
                    ? 0
                    : ArchiveCodec.snapshot(stored.snapshot()).blobs().size();
        } catch (MalformedBytesException damaged) {
            LOG.warn("what is archived can't be read, and is taken away all the same", damaged);
        }
        return new Shelved(stored.records().size(), bytes, blobs, 0);
    }

    private CompletionStage<Outcome<JsonObject>> erase(SessionKey key, Remains.Count memory, Shelved shelved) {
        return store.delete(key).thenCompose(outcome -> {
            if (outcome instanceof Outcome.Refused<Boolean> refused && refused.code() != ErrorCode.SESSION_DELETED) {
                return CompletableFuture.completedStage(refused.as());
            }
            return buried(key, memory)
                    .thenCompose(deleted -> remains.sweep(key))
                    .thenCompose(swept -> remains.count(key))
                    .thenCompose(left -> left.isNothing()
                            ? tombstone(key, left).thenApply(stone -> receipt(key, memory, shelved, stone))
                            : CompletableFuture.failedStage(new IllegalStateException("left over: " + left)));
        });
    }

    /** The store has it deleted there too, unless it was deleted before there was an archive. */
    private CompletionStage<?> buried(SessionKey key, Remains.Count memory) {
        return archive.<CompletionStage<?>>map(keeps -> keeps.delete(key, clock.millis(), memory.events()))
                .orElseGet(() -> CompletableFuture.completedStage(null));
    }

    /** The archive's where there is one: it outlives the memory. */
    private CompletionStage<Tombstone> tombstone(SessionKey key, Remains.Count left) {
        Optional<Tombstone> here = left.tombstone();
        if (archive.isEmpty()) {
            return here.<CompletionStage<Tombstone>>map(CompletableFuture::completedStage)
                    .orElseGet(() -> CompletableFuture.failedStage(new IllegalStateException("there is no tombstone")));
        }
        // Nobody can become the holder of what is deleted: this only asks.
        return archive.get()
                .claim(key, node, false)
                .thenCompose(claim -> claim instanceof Claim.Gone(long at, long head)
                        ? CompletableFuture.completedStage(new Tombstone(at, head))
                        : CompletableFuture.failedStage(new IllegalStateException("it is not deleted: " + claim)));
    }

    private Outcome<JsonObject> receipt(SessionKey key, Remains.Count memory, Shelved shelved, Tombstone stone) {
        JsonObject removed = new JsonObject()
                .put(
                        "memory",
                        new JsonObject()
                                .put("sessions", memory.sessions())
                                .put("events", memory.events())
                                .put("parts", memory.parts())
                                .put("blobs", memory.blobs()))
                .put("lostAndFound", new JsonObject().put("entries", memory.lostAndFound()))
                .put("webhooks", new JsonObject().put("cursors", memory.cursors()));
        if (archive.isPresent()) {
            removed.put(
                    "archive",
                    new JsonObject()
                            .put("records", shelved.records())
                            .put("bytes", shelved.bytes())
                            .put("blobs", shelved.blobs())
                            .put("cursors", shelved.cursors()));
        }
        JsonObject receipt = new JsonObject()
                .put("type", "erasure")
                .put("version", 1)
                .put("tenant", key.tenant())
                .put("session", key.id())
                .put("at", Instant.ofEpochMilli(clock.millis()).toString())
                .put("node", node)
                .put("removed", removed)
                .put(
                        "tombstone",
                        new JsonObject()
                                .put("at", stone.at())
                                .put("head", stone.head())
                                .put("sha256", stone.sha256(key)));
        About.of(key).info(LOG).log("session was erased");
        return Outcome.done(new JsonObject()
                .put("receipt", receipt)
                .put("jws", seal.document(TYPE, receipt.encode().getBytes(StandardCharsets.UTF_8))));
    }
}
