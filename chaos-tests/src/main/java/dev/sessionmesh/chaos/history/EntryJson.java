package dev.sessionmesh.chaos.history;

import io.vertx.core.json.JsonObject;

/** Entries as lines of JSON, and back. */
final class EntryJson {

    private EntryJson() {}

    static JsonObject write(Entry entry) {
        JsonObject json = new JsonObject()
                .put("wallMs", entry.at().wallMs())
                .put("ns", entry.at().ns());
        return switch (entry) {
            case Entry.Invoke e ->
                json.put("is", "invoke")
                        .put("process", e.process())
                        .put("op", e.op())
                        .put("session", e.session())
                        .put("command", e.command());
            case Entry.Ok e ->
                json.put("is", "ok")
                        .put("process", e.process())
                        .put("op", e.op())
                        .put("id", e.id())
                        .put("seq", e.seq())
                        .put("duplicate", e.duplicate())
                        .put("degraded", e.degraded());
            case Entry.Fail e ->
                json.put("is", "fail")
                        .put("process", e.process())
                        .put("op", e.op())
                        .put("code", e.code());
            case Entry.Info e ->
                json.put("is", "info")
                        .put("process", e.process())
                        .put("op", e.op())
                        .put("code", e.code());
            case Entry.Opened e ->
                json.put("is", "opened")
                        .put("process", e.process())
                        .put("session", e.session())
                        .put("after", e.after());
            case Entry.Following e ->
                json.put("is", "following")
                        .put("process", e.process())
                        .put("session", e.session())
                        .put("node", e.node())
                        .put("snapshotSeq", e.snapshotSeq())
                        .put("head", e.head());
            case Entry.Received e ->
                json.put("is", "received")
                        .put("process", e.process())
                        .put("session", e.session())
                        .put("seen", e.seen().json());
            case Entry.Recovering e ->
                tab(json.put("is", "recovering"), e.process(), e.session()).put("turn", e.turn());
            case Entry.Lost e ->
                tab(json.put("is", "lost"), e.process(), e.session()).put("why", e.why());
            case Entry.Violation e ->
                tab(json.put("is", "violation"), e.process(), e.session()).put("what", e.what());
            case Entry.Ended e ->
                tab(json.put("is", "ended"), e.process(), e.session()).put("why", e.why());
            case Entry.Closed e -> tab(json.put("is", "closed"), e.process(), e.session());
            case Entry.Nemesis e ->
                json.put("is", "nemesis").put("act", e.act()).put("node", e.node());
            case Entry.Vitals e ->
                json.put("is", "vitals").put("node", e.node()).put("figures", e.figures());
        };
    }

    private static JsonObject tab(JsonObject json, String process, String session) {
        return json.put("process", process).put("session", session);
    }

    static Entry read(JsonObject json) {
        Stamp at = new Stamp(json.getLong("wallMs"), json.getLong("ns"));
        String process = json.getString("process", "");
        String session = json.getString("session", "");
        long op = json.getLong("op", 0L);
        String is = json.getString("is", "");
        return switch (is) {
            case "invoke" -> new Entry.Invoke(at, process, op, session, json.getJsonObject("command"));
            case "ok" ->
                new Entry.Ok(
                        at,
                        process,
                        op,
                        json.getString("id"),
                        json.getLong("seq"),
                        json.getBoolean("duplicate"),
                        json.getBoolean("degraded"));
            case "fail" -> new Entry.Fail(at, process, op, json.getString("code"));
            case "info" -> new Entry.Info(at, process, op, json.getString("code"));
            case "opened" -> new Entry.Opened(at, process, session, json.getLong("after"));
            case "following" ->
                new Entry.Following(
                        at,
                        process,
                        session,
                        json.getString("node"),
                        json.getLong("snapshotSeq"),
                        json.getLong("head"));
            case "received" -> new Entry.Received(at, process, session, Seen.parse(json.getJsonObject("seen")));
            case "recovering" -> new Entry.Recovering(at, process, session, json.getString("turn"));
            case "lost" -> new Entry.Lost(at, process, session, json.getString("why"));
            case "violation" -> new Entry.Violation(at, process, session, json.getString("what"));
            case "ended" -> new Entry.Ended(at, process, session, json.getString("why"));
            case "closed" -> new Entry.Closed(at, process, session);
            case "nemesis" -> new Entry.Nemesis(at, json.getString("act"), json.getString("node"));
            case "vitals" -> new Entry.Vitals(at, json.getString("node"), json.getJsonObject("figures"));
            default -> throw new IllegalArgumentException("not a history entry: " + is);
        };
    }
}
