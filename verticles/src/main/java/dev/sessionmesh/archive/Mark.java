package dev.sessionmesh.archive;

/**
 * How far a session is archived, and who holds it.
 *
 * @param seq the last archived seq; 0 before the first
 * @param history that the event at {@code seq} belongs to
 * @param chain hash over all records up to here
 * @param hold how often the session was claimed; 0 where the archive knows no such session
 * @param term of the last writer
 * @param cluster who holds it; empty while it sleeps
 * @param deleted whether this is all that is left of it
 */
public record Mark(long seq, long history, long chain, long hold, long term, String cluster, boolean deleted) {
    /** Before the first record. */
    public static final Mark NONE = new Mark(0, 0, 0, 0, 0, "", false);

    /** Whether both logs end with the same record, whoever holds them. */
    public boolean endsLike(Mark other) {
        return seq == other.seq && history == other.history && chain == other.chain;
    }

    /** Whether it is this cluster that holds the session, and under this number. */
    public boolean isHeldBy(Holder holder) {
        return !deleted && !asleep() && cluster.equals(holder.cluster()) && hold == holder.hold();
    }

    public boolean asleep() {
        return cluster.isEmpty() && !deleted;
    }
}
