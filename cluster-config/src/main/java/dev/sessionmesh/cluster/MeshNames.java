package dev.sessionmesh.cluster;

/** The names that nodes of one cluster share in Hazelcast. */
public final class MeshNames {
    /** Session entries: control state, tail and chunk directory. */
    public static final String SESSIONS = "mesh.sessions";
    /** Sealed, immutable runs of a session's log. */
    public static final String CHUNKS = "mesh.chunks";
    /** Content-addressed payloads that events refer to. */
    public static final String BLOBS = "mesh.blobs";
    /** What the losing sides of splits had accepted, for operators. */
    public static final String LOST_AND_FOUND = "mesh.lost-and-found";
    /** Tickets that open one connection: their hash to what they stand for. */
    public static final String TICKETS = "mesh.tickets";
    /** What was taken back of what clients may do. */
    public static final String REVOKED = "mesh.revoked";
    /** Webhooks of all tenants, and the key that requests to them are signed with. */
    public static final String WEBHOOKS = "mesh.webhooks";
    /** How far each webhook is in each session, in the session's partition. */
    public static final String WEBHOOK_CURSORS = "mesh.webhook-cursors";
    /** Few, small facts about the cluster, on every node. */
    public static final String META = "mesh.meta";

    public static final String ATTRIBUTE_NODE = "mesh.node";
    public static final String ATTRIBUTE_URL = "mesh.url";
    public static final String ATTRIBUTE_ZONE = "mesh.zone";
    public static final String ATTRIBUTE_REGION = "mesh.region";
    /** The newest format of logged events that the member can read. */
    public static final String ATTRIBUTE_FORMAT = "mesh.format";

    static final String VIEW_EXECUTOR = "mesh.view";

    private MeshNames() {}
}
