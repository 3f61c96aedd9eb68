package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The front-end calls of a fake session: who has them. Guarded by the session. */
final class FakeClaims {
    static final int LEASE_MS = 90;

    final AtomicInteger beats = new AtomicInteger();
    private final Map<String, String> holders = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<String> ended = new HashSet<>();

    /** The agent calls a front-end tool. */
    void offer(FakeSession session, String callId, String name, JsonObject more) {
        session.append(new JsonObject()
                .put("type", "tool_call")
                .put("turn", "t1")
                .put("callId", callId)
                .put("name", name)
                .put("arguments", new JsonObject().put("precise", true))
                .put("executor", "client")
                .put("approval", "none")
                .mergeIn(more));
    }

    /** The lease of whoever has it ran out. */
    void expire(FakeSession session, String callId) {
        synchronized (session) {
            release(session, callId, "expired");
        }
    }

    JsonObject execute(FakeSession session, JsonObject command) {
        String call = command.getString("callId");
        String claimant = command.getString("claimant", "");
        String holder = holders.getOrDefault(call, "");
        if (ended.contains(call)) {
            return refused("already_decided");
        }
        return switch (command.getString("type")) {
            case "tool_claim" -> {
                if (!holder.isEmpty()) {
                    yield holder.equals(claimant) ? seq(0) : refused("already_claimed");
                }
                holders.put(call, claimant);
                yield seq(session.append(about("tool_claimed", call)
                        .put("by", "somebody")
                        .put("claimant", claimant)
                        .put("claim", counts.merge(call, 1, Integer::sum))));
            }
            case "tool_heartbeat" -> {
                if (!holder.equals(claimant)) {
                    yield refused(holder.isEmpty() ? "not_claimed" : "already_claimed");
                }
                beats.incrementAndGet();
                yield seq(0);
            }
            case "tool_release" ->
                holder.equals(claimant) ? seq(release(session, call, "released")) : refused("not_claimed");
            default -> {
                if (!holder.isEmpty() && !holder.equals(claimant)) {
                    yield refused("already_claimed");
                }
                ended.add(call);
                JsonObject result = about("tool_result", call);
                if (command.containsKey("error")) {
                    result.put("status", "error").put("error", command.getString("error"));
                } else {
                    result.put("status", "ok").put("result", command.getValue("result"));
                }
                yield seq(session.append(result));
            }
        };
    }

    private long release(FakeSession session, String call, String reason) {
        holders.remove(call);
        return session.append(about("tool_released", call)
                .put("claim", counts.getOrDefault(call, 0))
                .put("reason", reason));
    }

    private static JsonObject about(String type, String call) {
        return new JsonObject().put("type", type).put("callId", call);
    }

    private static JsonObject seq(long seq) {
        return new JsonObject().put("seq", seq);
    }

    private static JsonObject refused(String code) {
        return new JsonObject().put("code", code);
    }
}
