package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.archive.Query;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the index says of a session: a row, and in which lists it stands at what place. */
final class Row {
    private static final int VERSION = 1;

    private Row() {}

    static String write(Listed session) {
        JsonObject labels = new JsonObject();
        new TreeMap<>(session.labels()).forEach(labels::put);
        JsonArray users = new JsonArray();
        new TreeSet<>(session.users()).forEach(users::add);
        JsonObject row = new JsonObject()
                .put("v", VERSION)
                .put("users", users)
                .put("state", session.state())
                .put("labels", labels)
                .put("created", session.createdAt())
                .put("updated", session.updatedAt())
                .put("head", session.head())
                .put("asleep", session.asleep());
        // Rows of before have no size.
        return (session.bytes() > 0 ? row.put("bytes", session.bytes()) : row).encode();
    }

    /** @param rows name of the key that it was in */
    static Listed read(SessionKey key, String row, String rows) throws ArchiveException {
        try {
            JsonObject json = new JsonObject(row);
            if (json.getInteger("v") != VERSION) {
                throw Forms.unreadable(rows);
            }
            Set<String> users = new HashSet<>();
            json.getJsonArray("users").forEach(user -> users.add((String) user));
            Map<String, String> labels = new HashMap<>();
            json.getJsonObject("labels").forEach(label -> labels.put(label.getKey(), (String) label.getValue()));
            return new Listed(
                    key,
                    users,
                    json.getString("state"),
                    labels,
                    json.getLong("created"),
                    json.getLong("updated"),
                    json.getLong("head"),
                    json.getBoolean("asleep"),
                    json.getLong("bytes", 0L));
        } catch (RuntimeException unreadable) {
            throw Forms.unreadable(rows);
        }
    }

    /** Such that the order of places is that of the last changes, and no two sessions of a tenant have the same. */
    static String place(Listed session) {
        return time(session.updatedAt()) + "/" + session.key().id();
    }

    static String time(long millis) {
        return String.format(Locale.ROOT, "%016x", millis);
    }

    static Set<String> lists(Names names, Listed session) {
        String tenant = session.key().tenant();
        Set<String> lists = new LinkedHashSet<>();
        lists.add(names.everyone(tenant));
        lists.add(names.state(tenant, session.state()));
        lists.add(names.asleep(tenant, session.asleep()));
        session.users().forEach(user -> lists.add(names.user(tenant, user)));
        session.labels().forEach((name, value) -> lists.add(names.label(tenant, name, value)));
        return lists;
    }

    static boolean meets(Query query, Listed session) {
        return query.user().map(session.users()::contains).orElse(true)
                && query.state().map(session.state()::equals).orElse(true)
                && query.asleep().map(wanted -> wanted.equals(session.asleep())).orElse(true)
                && session.labels().entrySet().containsAll(query.labels().entrySet());
    }
}
