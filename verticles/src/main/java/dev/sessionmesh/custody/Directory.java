package dev.sessionmesh.custody;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.archive.Page;
import dev.sessionmesh.archive.Query;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.Access.Action;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds sessions in the archive's index. Whoever may read few of many gets short pages rather than one that takes long: so many pages of the index are
 * looked through for one of his.
 */
final class Directory {
    private static final Logger LOG = LoggerFactory.getLogger(Directory.class);
    private static final int PAGES_MOST = 8;
    /** From the index at a time, where some of it may not be shown. */
    private static final int LEAST = 50;

    private final Optional<Archive> archive;
    private final Cursors cursors;

    Directory(Optional<Archive> archive, Cursors cursors) {
        this.archive = archive;
        this.cursors = cursors;
    }

    private record Walk(Archive archive, Access access, Search search, int limit, List<Listed> found) {}

    /** @param cursor of the page before; empty at the beginning */
    CompletionStage<Outcome<JsonObject>> find(Access access, Search search, String cursor, int limit) {
        if (archive.isEmpty()) {
            return CompletableFuture.completedStage(Outcome.refused(
                    ErrorCode.NO_ARCHIVE, "sessions are found by what they are only where nodes have an archive"));
        }
        Outcome<String> place = cursor.isEmpty() ? Outcome.done("") : cursors.take(search, cursor);
        return switch (place) {
            case Outcome.Refused<String> refused -> CompletableFuture.completedStage(refused.as());
            case Outcome.Done<String>(String from) ->
                walk(new Walk(archive.get(), access, search, limit, new ArrayList<>()), from, 1)
                        .exceptionally(failure -> {
                            LOG.warn("sessions can't be looked for: {}", failure.toString());
                            return Outcome.refused(ErrorCode.UNAVAILABLE, "the archive is out of reach");
                        });
        };
    }

    private CompletionStage<Outcome<JsonObject>> walk(Walk walk, String from, int pages) {
        int wanted = walk.limit - walk.found.size();
        boolean all = walk.access.permitsEverywhere(Action.READ);
        return walk.archive
                .find(query(walk.search, from, all ? wanted : Math.max(LEAST, wanted)))
                .thenCompose(page -> {
                    String next = take(walk, page);
                    return next.isEmpty() || walk.found.size() == walk.limit || pages == PAGES_MOST
                            ? CompletableFuture.completedStage(Outcome.done(shown(walk, next)))
                            : walk(walk, next, pages + 1);
                });
    }

    /** Where the next page begins: behind the last session that was taken. */
    private static String take(Walk walk, Page page) {
        for (Listed session : page.sessions()) {
            if (walk.found.size() == walk.limit) {
                return Query.behind(walk.found.getLast());
            }
            if (walk.access.permits(session.key(), Action.READ)) {
                walk.found.add(session);
            }
        }
        return page.next();
    }

    private static Query query(Search search, String from, int limit) {
        return new Query(
                search.tenant(),
                search.participant(),
                search.state(),
                search.labels(),
                search.asleep(),
                search.from(),
                search.until(),
                from,
                limit);
    }

    private JsonObject shown(Walk walk, String next) {
        JsonArray rows = new JsonArray();
        walk.found.forEach(session -> rows.add(row(session)));
        JsonObject page = new JsonObject().put("sessions", rows);
        return next.isEmpty() ? page : page.put("next", cursors.give(walk.search, next));
    }

    private static JsonObject row(Listed session) {
        JsonObject labels = new JsonObject();
        new TreeMap<>(session.labels()).forEach(labels::put);
        JsonObject row = new JsonObject()
                .put("id", session.key().id())
                .put("state", session.state())
                .put("users", new JsonArray(List.copyOf(new TreeSet<>(session.users()))))
                .put("labels", labels)
                .put("createdAt", Instant.ofEpochMilli(session.createdAt()).toString())
                .put("updatedAt", Instant.ofEpochMilli(session.updatedAt()).toString())
                .put("head", session.head())
                .put("asleep", session.asleep());
        return session.bytes() > 0 ? row.put("bytes", session.bytes()) : row;
    }
}
