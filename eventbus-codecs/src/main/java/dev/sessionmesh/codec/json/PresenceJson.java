package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.presence.Attendee;
import dev.sessionmesh.core.presence.Departed;
import dev.sessionmesh.core.presence.PresenceChange;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Who is here, as clients see it. All of it is UTF-8. */
public final class PresenceJson {
    private PresenceJson() {}

    /** An agent that runs the session's turn: what the log says, in the form of a tab. */
    public record Agent(String turn, String runner) {}

    public static byte[] frame(SessionKey key, PresenceChange change, List<Agent> agents, List<Agent> ended) {
        JsonSink out = new JsonSink().object().field("type", "presence").field("session", key.id());
        out.optional("full", change.full());
        content(out, change, agents, ended);
        return out.endObject().toBytes();
    }

    /** @param partial whether some node did not answer */
    public static byte[] list(SessionKey key, PresenceChange all, List<Agent> agents, boolean partial) {
        JsonSink out = new JsonSink().object().field("session", key.id());
        content(out, all, agents, List.of());
        out.optional("partial", partial);
        return out.endObject().toBytes();
    }

    private static void content(JsonSink out, PresenceChange change, List<Agent> agents, List<Agent> ended) {
        out.name("here").array();
        agents.forEach(agent -> agent(out, agent));
        change.here().forEach(attendee -> attendee(out, attendee));
        out.endArray();
        out.name("left").array();
        ended.forEach(agent -> out.object().field("tab", agent.turn()).endObject());
        change.left().forEach(departed -> departed(out, departed));
        change.unlisted().forEach(tab -> out.object().field("tab", tab).endObject());
        out.endArray();
        if (change.more() > 0) {
            out.field("more", change.more());
        }
    }

    private static void agent(JsonSink out, Agent agent) {
        out.object()
                .field("tab", agent.turn())
                .field("user", agent.runner())
                .field("kind", "agent")
                .field("turn", agent.turn())
                .endObject();
    }

    private static void attendee(JsonSink out, Attendee attendee) {
        out.object()
                .field("tab", attendee.tab())
                .field("user", attendee.user())
                .field("kind", attendee.kind().name().toLowerCase(Locale.ROOT))
                .optional("device", attendee.device())
                .field("joinedAt", time(attendee.joinedAt()))
                .field("lastSeenAt", time(attendee.lastSeenAt()))
                .optional("typing", attendee.typing())
                .optional("focus", attendee.focus())
                .optional("status", attendee.status());
        read(out, attendee.read());
        out.endObject();
    }

    private static void departed(JsonSink out, Departed departed) {
        out.object()
                .field("tab", departed.tab())
                .field("user", departed.user())
                .optional("device", departed.device())
                .field("lastSeenAt", time(departed.lastSeenAt()));
        read(out, departed.read());
        out.endObject();
    }

    private static void read(JsonSink out, long seq) {
        if (seq > 0) {
            out.field("read", seq);
        }
    }

    private static String time(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }
}
