package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.CounterOf;
import dev.sessionmesh.telemetry.metrics.Histogram;
import dev.sessionmesh.telemetry.metrics.Metrics;
import java.util.Arrays;
import java.util.List;

/** What is measured of the store by those who write to it. */
public final class StoreMeters {
    /** Kinds of commands. */
    private enum Kind {
        INPUT,
        PRODUCE,
        DECIDE,
        TOOL,
        CLAIM,
        RENEW,
        OTHER;

        static Kind of(Command command) {
            return switch (command) {
                case Command.Input input -> INPUT;
                case Command.Redo redo -> INPUT;
                case Command.Produce produce -> PRODUCE;
                case Command.Decide decide -> DECIDE;
                case Command.Delegate delegate -> DECIDE;
                case Command.RevokeGrant revoke -> DECIDE;
                case Command.Settle settle -> DECIDE;
                case Command.ToolResult result -> TOOL;
                case Command.ClaimTool claim -> TOOL;
                case Command.BeatTool beat -> TOOL;
                case Command.ReleaseTool release -> TOOL;
                case Command.Claim claim -> CLAIM;
                case Command.Renew renew -> RENEW;
                case Command.Cancel cancel -> OTHER;
                case Command.Steer steer -> OTHER;
                case Command.SelectBranch select -> OTHER;
                case Command.Reorder reorder -> OTHER;
                case Command.Withdraw withdraw -> OTHER;
                case Command.Doubt doubt -> OTHER;
                case Command.Expire expire -> OTHER;
            };
        }
    }

    private enum Outcome {
        DONE,
        REFUSED,
        UNAVAILABLE
    }

    /** Why something is sent once more. */
    enum Again {
        /** A copy or a member did not confirm. */
        UNCERTAIN,
        /** The log is being sealed, or there is no quorum for the moment. */
        BUSY,
        /** Members or copies moved: it is not waited for what they would have said. */
        RESENT
    }

    final Counter events;
    final Counter degraded;
    final Counter repeated;
    final Counter sealed;
    final Counter sealsFailed;
    final CounterOf<Again> retries;
    private final List<List<Histogram>> appends;

    private StoreMeters(Metrics metrics) {
        events = metrics.counter("sessionmesh_events_appended_total");
        degraded = metrics.counter("sessionmesh_appends_degraded_total");
        repeated = metrics.counter("sessionmesh_commands_repeated_total");
        sealed = metrics.counter("sessionmesh_chunks_sealed_total");
        sealsFailed = metrics.counter("sessionmesh_seals_failed_total");
        retries = metrics.counters("sessionmesh_store_retries_total", "cause", Again.class);
        appends = Arrays.stream(Kind.values())
                .map(kind -> Arrays.stream(Outcome.values())
                        .map(outcome -> append(metrics, kind, outcome))
                        .toList())
                .toList();
    }

    private static Histogram append(Metrics metrics, Kind kind, Outcome outcome) {
        return metrics.histogram(
                "sessionmesh_append_seconds", "kind", Metrics.lower(kind), "outcome", Metrics.lower(outcome));
    }

    public static StoreMeters of(Metrics metrics) {
        return new StoreMeters(metrics);
    }

    static StoreMeters unread() {
        return of(Metrics.unread());
    }

    void done(Command command, long nanos) {
        took(command, Outcome.DONE, nanos);
    }

    void refused(Command command, ErrorCode code, long nanos) {
        took(command, isOurs(code) ? Outcome.UNAVAILABLE : Outcome.REFUSED, nanos);
    }

    /** Whether it is neither the caller's fault nor the state of the session; a log that is being sealed is one. */
    private static boolean isOurs(ErrorCode code) {
        return switch (code) {
            case NO_QUORUM, UNAVAILABLE, ARCHIVE_BEHIND, INTERNAL -> true;
            default -> false;
        };
    }

    private void took(Command command, Outcome outcome, long nanos) {
        appends.get(Kind.of(command).ordinal()).get(outcome.ordinal()).nanos(nanos);
    }
}
