package dev.sessionmesh.chaos.drill;

import io.vertx.core.json.JsonObject;
import java.util.OptionalDouble;

/**
 * What one session went through when the runner of its turn was lost; in milliseconds from the fault, or, where nobody knows when that
 * was, from the last that any of its tabs had heard.
 *
 * @param known whether the time of the fault is known
 * @param fromNs where the times count from, by the clock of the history
 * @param detectedMs until the first tab was told {@code recovering}; absent where the takeover was quicker
 * @param ownedMs until the first tab saw another runner
 * @param backMs until the last of its tabs had heard of the new runner and more; absent where one never did
 */
record Failover(
        String session,
        boolean known,
        long fromNs,
        OptionalDouble detectedMs,
        OptionalDouble ownedMs,
        OptionalDouble backMs) {

    JsonObject json(long startNs) {
        JsonObject json = new JsonObject()
                .put("session", session)
                .put("faultTimeKnown", known)
                .put("atMs", Probe.ms(fromNs - startNs));
        detectedMs.ifPresent(ms -> json.put("detectedMs", ms));
        ownedMs.ifPresent(ms -> json.put("ownedMs", ms));
        backMs.ifPresent(ms -> json.put("rtoMs", ms));
        return json;
    }
}
