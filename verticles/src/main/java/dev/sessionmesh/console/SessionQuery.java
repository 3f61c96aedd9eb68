package dev.sessionmesh.console;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * Which sessions an operator looks for. A new field is a new component here, a line in {@link #matches} and one in {@code ConsoleRoutes}.
 *
 * @param tenant empty: of all tenants
 * @param prefix what their ids begin with
 * @param state as {@link SessionRow#state}
 * @param waiting only those in which something waits for approval
 * @param after the key ({@code tenant/id}) behind which to go on
 */
public record SessionQuery(
        Optional<String> tenant, String prefix, Optional<String> state, boolean waiting, String after, int limit) {
    public static final int LIMIT = 50;
    public static final int LIMIT_MOST = 200;

    /** Asked before a session is looked at: its key says enough. */
    public boolean mayMatch(String key) {
        int slash = key.indexOf('/');
        return key.compareTo(after) > 0
                && tenant.map(name -> name.length() == slash && key.startsWith(name))
                        .orElse(true)
                && key.startsWith(prefix, slash + 1);
    }

    public boolean matches(SessionRow row) {
        return state.map(row.state()::equals).orElse(true) && (!waiting || row.approvals() > 0);
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("prefix", prefix)
                .put("waiting", waiting)
                .put("after", after)
                .put("limit", limit);
        tenant.ifPresent(name -> json.put("tenant", name));
        state.ifPresent(word -> json.put("state", word));
        return json;
    }

    static SessionQuery of(JsonObject json) {
        return new SessionQuery(
                Optional.ofNullable(json.getString("tenant")),
                json.getString("prefix"),
                Optional.ofNullable(json.getString("state")),
                json.getBoolean("waiting"),
                json.getString("after"),
                json.getInteger("limit"));
    }
}
