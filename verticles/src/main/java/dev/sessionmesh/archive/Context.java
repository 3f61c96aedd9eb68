package dev.sessionmesh.archive;

import java.time.InstantSource;

/**
 * What those who work on a node's part of the archive share.
 *
 * @param desk the thread on which they do
 * @param clock of dates; {@link Desk#millis} is for spans
 */
record Context(
        Archive archive, Memory memory, ArchiveSettings settings, Figures figures, Desk desk, InstantSource clock) {}
