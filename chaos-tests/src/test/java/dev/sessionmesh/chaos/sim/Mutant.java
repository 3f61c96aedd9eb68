package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.session.CoreBugs;
import dev.sessionmesh.gateway.GatewayBugs;
import dev.sessionmesh.host.HostBugs;
import dev.sessionmesh.routing.RoutingBugs;
import dev.sessionmesh.store.hazelcast.StoreBugs;

/** A bug planted into one method of the production code, and the seeds within which the simulator must find it. */
enum Mutant {
    FENCE_REMOVED("core.session.RunnerRules", "isHeld", CoreBugs.NoFence.class, "fence", 300),
    DEDUPE_FORGOTTEN("core.session.CommandLedger", "recall", CoreBugs.NoDedupe.class, "calm", 20),
    DECISION_BACK_TO_PENDING("core.session.ToolCall", "approved", CoreBugs.StaysPending.class, "calm", 20),
    RETRY_APPENDS_AGAIN("core.session.RunnerRules", "produce", CoreBugs.AppendsAgain.class, "copies", 40),
    LOST_MESSAGE_NEVER_READ("routing.Followed", "backfill", RoutingBugs.Nothing.class, "bus", 40),
    NOTHING_PUBLISHED("routing.Exchange", "publish", RoutingBugs.Nothing.class, "calm", 20),
    DOUBLED_BATCH_COMES_OUT("routing.Feed", "release", RoutingBugs.ComesOutTwice.class, "bus", 60),
    REORDERED_BATCH_COMES_OUT("routing.Feed", "offer", RoutingBugs.ComesOutEarly.class, "bus", 40),
    TAKEOVER_BEGINS_ANEW("host.TurnRunner", "unfinished", HostBugs.BeginsAnew.class, "crash", 40),
    NO_TAKEOVER("host.TurnHost", "need", HostBugs.NoTakeover.class, "crash", 40),
    RESUME_SKIPS_ONE("gateway.Hub", "resume", GatewayBugs.SkipsOne.class, "calm", 20),
    ACKNOWLEDGED_BEFORE_COPIES(
            "store.hazelcast.RecordProcessor", "getBackupProcessor", StoreBugs.NoCopies.class, "calm", 5),
    COPIES_FORGET_IDS("store.hazelcast.ApplyCopy", "<init>", StoreBugs.CopiesForgetIds.class, "crash", 60),
    STALE_COPY_AGREES("store.hazelcast.CopyProcessor", "matching", StoreBugs.StaleCopyAgrees.class, "copies", 40),
    INTEREST_LOST("store.hazelcast.SubscribeProcessor", "process", StoreBugs.InterestLost.class, "calm", 20),
    MERGE_BY_LENGTH("store.hazelcast.Kinship", "isTheirsTheOneThatGoesOn", StoreBugs.LongerGoesOn.class, "split", 300),
    TRIM_BEFORE_THE_CHUNK_IS_SAFE("store.hazelcast.ChunkForm", "pack", StoreBugs.TrimsTooMuch.class, "calm", 20);

    private final String type;
    private final String method;
    private final Class<?> bug;
    private final String scenario;
    private final int seeds;

    Mutant(String type, String method, Class<?> bug, String scenario, int seeds) {
        this.type = type;
        this.method = method;
        this.bug = bug;
        this.scenario = scenario;
        this.seeds = seeds;
    }

    String type() {
        return "dev.sessionmesh." + type;
    }

    String method() {
        return method;
    }

    Class<?> bug() {
        return bug;
    }

    String scenario() {
        return scenario;
    }

    int seeds() {
        return seeds;
    }
}
