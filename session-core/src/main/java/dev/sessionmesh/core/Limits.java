package dev.sessionmesh.core;

import dev.sessionmesh.core.presence.PresenceLimits;
import java.time.Duration;

/**
 * Every bound of the mesh in one place; printed at start, told to clients in {@code welcome}, documented in docs/limits.md.
 *
 * @param frameBytes longest frame a client may send
 * @param inlineBytes longest text, arguments or result kept inside an event; longer ones become blobs
 * @param blobBytes longest text, arguments or result at all
 * @param blobBytesPerSession blobs a session may have, together
 * @param documentBytes roughly how much of arguments and results one document or snapshot embeds
 * @param sessionsPerConnection sessions one WebSocket may follow
 * @param commandsPerSecond commands a connection may send per second, sustained; twice as many at once
 * @param commandsInFlight commands of one connection awaiting their answer before reading pauses
 * @param turnsQueued turns of a session that may wait behind the running one
 * @param callsPending tool calls of a session that may be open at once
 * @param callsRemembered tool calls kept, open or settled, so that a late decision learns who was first
 * @param clientsRemembered client ids whose command numbers a session knows
 * @param commandsPerClient numbers remembered per client id
 * @param freeFormRemembered free-form command ids remembered per session
 * @param tailSoftBytes size of the open tail at which it is sealed into a chunk
 * @param tailHardBytes size at which appends are refused with {@code busy}
 * @param tailSegments number of appended batches the open tail may hold before it is sealed
 * @param chunksPerSession sealed chunks a session may have before it is {@code session_full}
 * @param batchPieces most tokens one runner append may carry
 * @param frameTextChars most text one merged token frame carries
 * @param tabWindowBytes bytes that may be on their way to one tab before it is only a cursor
 * @param feedWindowBytes recent events of one session a node keeps for its tabs
 * @param instructionsChars longest instructions or memory of a profile
 * @param toolsPerSession tools in a session's scope
 * @param metadataEntries entries of a profile's metadata
 * @param stall a turn in progress without any progress for this long expires
 * @param queueWait a received turn that nobody starts for this long expires
 * @param approvalWait an approval not decided for this long expires
 * @param toolWait a front-end tool call without a result for this long expires
 * @param lease a runner that renews nothing for this long is taken over
 * @param heartbeat interval of WebSocket pings; a connection silent for 2.5 of them is closed
 * @param presence of who is here
 */
public record Limits(
        int frameBytes,
        int inlineBytes,
        int blobBytes,
        int blobBytesPerSession,
        int documentBytes,
        int sessionsPerConnection,
        int commandsPerSecond,
        int commandsInFlight,
        int turnsQueued,
        int callsPending,
        int callsRemembered,
        int clientsRemembered,
        int commandsPerClient,
        int freeFormRemembered,
        int tailSoftBytes,
        int tailHardBytes,
        int tailSegments,
        int chunksPerSession,
        int batchPieces,
        int frameTextChars,
        int tabWindowBytes,
        int feedWindowBytes,
        int instructionsChars,
        int toolsPerSession,
        int metadataEntries,
        Duration stall,
        Duration queueWait,
        Duration approvalWait,
        Duration toolWait,
        Duration lease,
        Duration heartbeat,
        PresenceLimits presence) {

    public static final Limits DEFAULT = new Limits(
            2_097_152,
            32_768,
            1_048_576,
            33_554_432,
            262_144,
            64,
            100,
            64,
            16,
            32,
            48,
            16,
            64,
            128,
            16_384,
            49_152,
            256,
            1_024,
            512,
            32_768,
            65_536,
            65_536,
            16_384,
            64,
            32,
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            Duration.ofHours(24),
            Duration.ofMinutes(15),
            Duration.ofSeconds(6),
            Duration.ofSeconds(20),
            PresenceLimits.DEFAULT);
}
