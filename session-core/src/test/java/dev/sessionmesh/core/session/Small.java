package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Limits;
import java.time.Duration;

/** Limits so small that short streams reach every one of them. */
public final class Small {
    public static final Limits LIMITS = with(Limits.DEFAULT, 3, 3, 5, 3, 4, 4);

    private Small() {}

    /** The bounds of the state's lists; everything else as it is. */
    private static Limits with(
            Limits l, int turns, int pending, int remembered, int clients, int commands, int freeForm) {
        return new Limits(
                l.frameBytes(),
                l.inlineBytes(),
                l.blobBytes(),
                l.blobBytesPerSession(),
                l.documentBytes(),
                l.sessionsPerConnection(),
                l.commandsPerSecond(),
                l.commandsInFlight(),
                turns,
                pending,
                remembered,
                4,
                2,
                3,
                clients,
                commands,
                freeForm,
                l.tailSoftBytes(),
                l.tailHardBytes(),
                l.tailSegments(),
                l.chunksPerSession(),
                l.batchPieces(),
                l.frameTextChars(),
                l.tabWindowBytes(),
                l.feedWindowBytes(),
                l.instructionsChars(),
                l.toolsPerSession(),
                l.metadataEntries(),
                Duration.ofMinutes(5),
                Duration.ofMinutes(30),
                Duration.ofHours(24),
                Duration.ofMinutes(15),
                l.toolClaim(),
                l.lease(),
                l.heartbeat());
    }
}
