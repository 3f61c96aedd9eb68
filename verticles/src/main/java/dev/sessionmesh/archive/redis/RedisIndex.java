package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.archive.Page;
import dev.sessionmesh.archive.Query;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What sessions are found by: a row for each, and its place in one list for each thing that can be asked for. All lists have the same order, so a
 * query walks the shortest one that fits and looks the other conditions up in the rows; a cursor is a place, good for any of the lists.
 */
final class RedisIndex {
    private static final Pattern CURSOR = Pattern.compile("[0-9a-f]{16}/[A-Za-z0-9._-]{1,128}");
    /** Places looked at for one page at most: rare combinations take several pages, not one long one. */
    private static final int LOOKED_AT_MOST = 1_000;

    private static final int CHUNK_LEAST = 32;
    private static final int CHUNK_MOST = 250;
    private static final int TRIES = 16;

    private final Caller caller;
    private final Names names;

    RedisIndex(Caller caller, Names names) {
        this.caller = caller;
        this.names = names;
    }

    Future<Void> put(Listed session) {
        if (session.updatedAt() < 0) {
            return Future.failedFuture(new IllegalArgumentException("a session can't have changed before 1970"));
        }
        return exchange(session.key(), Optional.of(session), TRIES)
                // Behind the list: whoever takes the tenant's last session away looks at it again.
                .compose(listed -> caller.command(
                        Command.ZADD, names.tenants(), 0, session.key().tenant()))
                .mapEmpty();
    }

    Future<Void> remove(SessionKey key) {
        String everyone = names.everyone(key.tenant());
        return exchange(key, Optional.empty(), TRIES)
                .compose(gone -> caller.command(Command.ZCARD, everyone))
                .compose(left -> isNone(left)
                        ? caller.command(Command.ZREM, names.tenants(), key.tenant())
                                .compose(removed -> caller.command(Command.ZCARD, everyone))
                                .compose(again -> isNone(again)
                                        ? Future.succeededFuture(again)
                                        : caller.command(Command.ZADD, names.tenants(), 0, key.tenant()))
                        : Future.succeededFuture(left))
                .mapEmpty();
    }

    private static boolean isNone(Reply count) {
        return count.text().equals("0");
    }

    /** Reads the old row and puts the new one in its place; another writer in between means once more. */
    private Future<Void> exchange(SessionKey key, Optional<Listed> session, int tries) {
        String rows = names.rows(key.tenant());
        return caller.command(Command.HGET, rows, key.id())
                .compose(found -> {
                    String row = found.text();
                    try {
                        Optional<Listed> old = row.isEmpty() ? Optional.empty() : Optional.of(Row.read(key, row, rows));
                        return exchange(key, row, old, session.map(now -> now.knowing(old)));
                    } catch (ArchiveException unreadable) {
                        return Future.failedFuture(unreadable);
                    }
                })
                .compose(done -> {
                    if (done) {
                        return Future.succeededFuture();
                    }
                    return tries > 1
                            ? exchange(key, session, tries - 1)
                            : Future.failedFuture(Faults.away("too many write to the index of " + key + " at once"));
                });
    }

    private Future<Boolean> exchange(SessionKey key, String row, Optional<Listed> old, Optional<Listed> session) {
        Set<String> leave = new LinkedHashSet<>();
        old.ifPresent(listed -> leave.addAll(Row.lists(names, listed)));
        Set<String> join = new LinkedHashSet<>();
        session.ifPresent(listed -> join.addAll(Row.lists(names, listed)));
        String oldPlace = old.map(Row::place).orElse("");
        String newPlace = session.map(Row::place).orElse("");
        if (oldPlace.equals(newPlace)) {
            Set<String> both = new LinkedHashSet<>(leave);
            both.retainAll(join);
            leave.removeAll(both);
            join.removeAll(both);
        }
        List<String> keys = new ArrayList<>();
        keys.add(names.rows(key.tenant()));
        keys.addAll(leave);
        keys.addAll(join);
        String newRow = session.map(Row::write).orElse("");
        return caller.run(Script.LIST, keys, request -> request.arg(key.id())
                        .arg(row)
                        .arg(newRow)
                        .arg(oldPlace)
                        .arg(newPlace)
                        .arg(leave.size()))
                .map(Reply::isOne);
    }

    Future<Page> find(Query query) {
        if (query.limit() < 1
                || (!query.cursor().isEmpty() && !CURSOR.matcher(query.cursor()).matches())) {
            return Future.failedFuture(new IllegalArgumentException("no page has this cursor or limit"));
        }
        if (query.until() < 0 || query.from() > query.until()) {
            return Future.succeededFuture(new Page(List.of(), ""));
        }
        String least = "[" + Row.time(Math.max(0, query.from())) + "/";
        // The character behind the slash: after all that changed in this very millisecond.
        String latest = Row.time(query.until()) + "0";
        String before = query.cursor().isEmpty() || query.cursor().compareTo(latest) > 0 ? latest : query.cursor();
        return shortest(query, least, "(" + before)
                .compose(list -> walk(new Walk(query, list, least, new ArrayList<>()), before, 0));
    }

    private Future<String> shortest(Query query, String least, String most) {
        List<String> lists = new ArrayList<>();
        String tenant = query.tenant();
        query.user().ifPresent(user -> lists.add(names.user(tenant, user)));
        query.state().ifPresent(state -> lists.add(names.state(tenant, state)));
        query.asleep().ifPresent(asleep -> lists.add(names.asleep(tenant, asleep)));
        query.labels().forEach((name, value) -> lists.add(names.label(tenant, name, value)));
        if (lists.size() < 2) {
            return Future.succeededFuture(lists.isEmpty() ? names.everyone(tenant) : lists.getFirst());
        }
        List<Future<Long>> lengths = lists.stream()
                .map(list ->
                        caller.command(Command.ZLEXCOUNT, list, least, most).map(Reply::number))
                .toList();
        return Future.all(lengths).map(all -> {
            int shortest = 0;
            for (int i = 1; i < lists.size(); i++) {
                if (lengths.get(i).result() < lengths.get(shortest).result()) {
                    shortest = i;
                }
            }
            return lists.get(shortest);
        });
    }

    private record Walk(Query query, String list, String least, List<Listed> found) {}

    /** @param before the place that was looked at last */
    private Future<Page> walk(Walk walk, String before, int lookedAt) {
        int wanted = walk.query.limit() - walk.found.size();
        int chunk = Math.clamp(2L * wanted, CHUNK_LEAST, CHUNK_MOST);
        return caller.command(Command.ZRANGE, walk.list, "(" + before, walk.least, "BYLEX", "REV", "LIMIT", 0, chunk)
                .compose(answer -> {
                    List<String> places =
                            answer.parts().stream().map(Reply::text).toList();
                    return places.isEmpty()
                            ? Future.succeededFuture(new Page(walk.found, ""))
                            : rows(walk, places).compose(rows -> take(walk, places, rows, chunk, lookedAt));
                });
    }

    private Future<Reply> rows(Walk walk, List<String> places) {
        Object[] ids = places.stream()
                .map(place -> place.substring(place.indexOf('/') + 1))
                .toArray();
        return caller.command(Command.HMGET, names.rows(walk.query.tenant()), ids);
    }

    private Future<Page> take(Walk walk, List<String> places, Reply rows, int chunk, int lookedAt) {
        for (int i = 0; i < places.size(); i++) {
            String place = places.get(i);
            Reply row = rows.get(i);
            if (row.isNothing()) {
                continue;
            }
            Listed session;
            try {
                session = read(walk, place, row.text());
            } catch (ArchiveException unreadable) {
                return Future.failedFuture(unreadable);
            }
            // One that changed since its place was read is further up now.
            if (Row.place(session).equals(place) && Row.meets(walk.query, session)) {
                walk.found.add(session);
                if (walk.found.size() == walk.query.limit()) {
                    boolean last = i == places.size() - 1 && places.size() < chunk;
                    return Future.succeededFuture(new Page(walk.found, last ? "" : place));
                }
            }
        }
        if (places.size() < chunk) {
            return Future.succeededFuture(new Page(walk.found, ""));
        }
        int seen = lookedAt + places.size();
        return seen >= LOOKED_AT_MOST
                ? Future.succeededFuture(new Page(walk.found, places.getLast()))
                : walk(walk, places.getLast(), seen);
    }

    private Listed read(Walk walk, String place, String row) throws ArchiveException {
        String id = place.substring(place.indexOf('/') + 1);
        if (!SessionKey.isValid(id)) {
            throw Forms.unreadable(walk.list);
        }
        return Row.read(new SessionKey(walk.query.tenant(), id), row, names.rows(walk.query.tenant()));
    }

    Future<List<String>> tenants(String after, int limit) {
        String from = after.isEmpty() ? "-" : "(" + after;
        return caller.command(Command.ZRANGE, names.tenants(), from, "+", "BYLEX", "LIMIT", 0, limit)
                .map(found -> found.parts().stream().map(Reply::text).toList());
    }
}
