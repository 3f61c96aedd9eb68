package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.quota.Quota;
import dev.sessionmesh.access.quota.Usages;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.port.Access;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** What the caller's tenant uses, for whoever administers all of its sessions. */
final class UsageRoutes {
    private final Usages usages;

    UsageRoutes(Usages usages) {
        this.usages = usages;
    }

    void get(RoutingContext call) {
        Identity.Caller caller = AccessRoutes.caller(call);
        if (!caller.access().permitsEverywhere(Access.Action.ADMIN)) {
            Answers.refuse(call, ErrorCode.FORBIDDEN, "not granted: admin of all sessions");
            return;
        }
        usages.of(caller.tenant())
                .onSuccess(sum -> Answers.json(
                        call,
                        200,
                        new JsonObject()
                                .put("tenant", caller.tenant())
                                .mergeIn(sum.usage().toJson())
                                .put("limits", limits(usages.limits(caller.tenant())))
                                .put("nodes", sum.nodes())
                                .put("nodesAnswered", sum.answered())
                                .toBuffer()))
                .onFailure(call::fail);
    }

    private static JsonObject limits(Quota quota) {
        JsonObject limits = new JsonObject();
        if (quota.sessions() != Quota.ANY) {
            limits.put("sessions", quota.sessions());
        }
        return limits.put("connections", quota.connections())
                .put("requestsPerSecond", quota.requestsPerSecond())
                .put("commandsPerSecond", quota.commandsPerSecond())
                .put("sessionsPerSecond", quota.sessionsPerSecond())
                .put("bytesPerSecond", quota.bytesPerSecond());
    }
}
