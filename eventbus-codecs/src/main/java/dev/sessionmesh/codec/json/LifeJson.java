package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;

/** That a session began and that it is gone, in the form of events: no log holds them, webhooks tell of them. */
public final class LifeJson {
    /** The type of {@link #created}, and of {@link #deleted}. */
    public static final String CREATED = "session_created";

    public static final String DELETED = "session_deleted";

    private LifeJson() {}

    /**
     * Stands before the first event of the log, so its seq is 0.
     *
     * @param at in epoch milliseconds
     */
    public static byte[] created(SessionKey key, Profile profile, long at) {
        JsonSink out = new JsonSink(256).object().field("type", CREATED);
        out.field("session", key.id()).field("seq", 0);
        ProfileJson.summary(out, profile);
        return out.field("at", EventJson.time(at)).endObject().toBytes();
    }

    /**
     * @param seq behind the last one of the log
     * @param at in epoch milliseconds
     */
    public static byte[] deleted(SessionKey key, long seq, long at) {
        JsonSink out = new JsonSink(128).object().field("type", DELETED);
        out.field("session", key.id()).field("seq", seq);
        return out.field("at", EventJson.time(at)).endObject().toBytes();
    }
}
