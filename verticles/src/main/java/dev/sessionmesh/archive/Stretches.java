package dev.sessionmesh.archive;

import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.session.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Cuts logs into records. */
final class Stretches {
    /** Of a record, before it is packed; as long as what the memory seals. */
    private static final int RECORD_BYTES = 16_384;

    private static final int RECORDS_MAX = 4_096;
    private static final int USERS = 64;

    private Stretches() {}

    /** The part of a tail behind {@code after}. */
    static List<EventBatch> behind(long after, List<Memory.Stretch> tail) {
        return tail.stream()
                .filter(stretch -> stretch.to() > after)
                .map(stretch -> BatchCodec.decode(stretch.bytes()))
                .map(batch -> batch.after(after))
                .toList();
    }

    static List<EventBatch> until(long seq, List<EventBatch> batches) {
        return batches.stream()
                .filter(batch -> batch.from() <= seq)
                .map(batch -> batch.to() <= seq ? batch : batch.until(seq))
                .toList();
    }

    /** @param most records that are wanted */
    static List<LogRecord> records(long chain, Lineage lineage, List<EventBatch> batches, int most) {
        List<LogRecord> records = new ArrayList<>();
        List<EventBatch> open = new ArrayList<>();
        long last = chain;
        int bytes = 0;
        for (int i = 0; i < batches.size() && records.size() < most; i++) {
            EventBatch batch = batches.get(i);
            open.add(batch);
            bytes += size(batch);
            if (bytes >= RECORD_BYTES || i == batches.size() - 1) {
                long to = batch.to();
                LogRecord next =
                        LogRecord.after(last, open.getFirst().from(), to, lineage.at(to), ArchiveCodec.record(open));
                records.add(next);
                last = next.chain();
                open.clear();
                bytes = 0;
            }
        }
        return records;
    }

    /** The records of a whole log, cut anew. */
    static List<LogRecord> again(Stored stored, UnaryOperator<List<EventBatch>> change) {
        List<EventBatch> log = new ArrayList<>();
        stored.records().forEach(record -> log.addAll(ArchiveCodec.batches(record.bytes())));
        Lineage lineage = ArchiveCodec.snapshot(stored.snapshot()).state().lineage();
        return records(0, lineage, change.apply(log), RECORDS_MAX);
    }

    /** Roughly. */
    private static int size(EventBatch batch) {
        int bytes = 16;
        for (Event event : batch.events()) {
            bytes += event instanceof Event.Tokens tokens
                    ? tokens.run().text().length() + tokens.run().pieces()
                    : 256;
        }
        return bytes;
    }

    /** Adds the names of the people who said something. */
    static void collectUsers(List<EventBatch> batches, Set<String> users) {
        for (EventBatch batch : batches) {
            for (Event event : batch.events()) {
                if (event instanceof Event.InputAccepted input
                        && input.actor().kind() == Actor.Kind.PERSON
                        && users.size() < USERS) {
                    users.add(input.actor().name());
                }
            }
        }
    }
}
