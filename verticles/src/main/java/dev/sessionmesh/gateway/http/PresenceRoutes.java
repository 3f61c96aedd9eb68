package dev.sessionmesh.gateway.http;

import dev.sessionmesh.codec.json.PresenceJson;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.routing.SessionService;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Who is here, for those who ask once. */
final class PresenceRoutes {
    private final SessionService service;
    private final Presence presence;

    PresenceRoutes(SessionService service, Presence presence) {
        this.service = service;
        this.presence = presence;
    }

    void list(RoutingContext call, Identity.Caller caller, SessionKey key) {
        Answers.when(call, service.view(caller.access(), key), state -> presence.list(key)
                .onFailure(call::fail)
                .onSuccess(all ->
                        Answers.json(call, 200, PresenceJson.list(key, all.all(), agents(state), all.partial()))));
    }

    private static List<PresenceJson.Agent> agents(State state) {
        return state
                .current()
                .filter(turn -> !turn.runner().equals(Runner.NONE))
                .map(turn -> new PresenceJson.Agent(turn.id(), turn.runner().node()))
                .stream()
                .toList();
    }
}
