package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How two records of one session that lived apart are related.
 *
 * @param common the last seq up to which they are one log
 */
record Kinship(SessionRecord here, SessionRecord there, long common) {

    static Kinship of(SessionRecord here, SessionRecord there) {
        long lineage = here.state().lineage().common(there.state().lineage());
        long common = Math.min(lineage, Math.min(here.head(), there.head()));
        return new Kinship(here, there, firstDifference(here, there, common) - 1);
    }

    /** Histories are told apart when a writer was lost; two that wrote at once under one history differ in their bytes only. */
    private static long firstDifference(SessionRecord here, SessionRecord there, long common) {
        Map<Long, byte[]> theirs = new HashMap<>();
        there.tail().forEach(segment -> theirs.put(segment.from(), segment.bytes()));
        for (Segment segment : here.tail()) {
            boolean comparable = segment.from() <= common && segment.from() >= there.tailFrom();
            byte @Nullable [] other = theirs.get(segment.from());
            if (comparable && (other == null || !Arrays.equals(other, segment.bytes()))) {
                return segment.from();
            }
        }
        return common + 1;
    }

    boolean isHereEnough() {
        return there.head() <= common;
    }

    boolean isThereMore() {
        return here.head() <= common && there.head() > common;
    }

    /**
     * Both went on apart. A side that an operator told to go on without the others yields to one that had a majority without that. Otherwise only a
     * side that lost its writers and had the majority begins another history, so the one that did so goes on; of two that did, or two that did
     * not, this one.
     */
    boolean isTheirsTheOneThatGoesOn() {
        long mine = here.writer().term();
        long theirs = there.writer().term();
        return mine == theirs
                ? forkedBehind(there.state().lineage())
                        && !forkedBehind(here.state().lineage())
                : theirs < mine;
    }

    private boolean forkedBehind(Lineage lineage) {
        return lineage.branches().getLast().start() > common;
    }

    /** The sealed parts of a record that are not in the common part, oldest first; what follows is its {@link #suffix}. */
    List<ChunkRef> sealedSuffix(SessionRecord loser) {
        return loser.chunks().stream().filter(chunk -> chunk.to() > common).toList();
    }

    /** What is not in the common part of a record, as far as its tail goes back. */
    List<Segment> suffix(SessionRecord loser) {
        return loser.tail().stream().filter(segment -> segment.to() > common).toList();
    }
}
