package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.EventBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entries of a session's {@link Audit} chain, read from its log. Not thread-safe. */
public final class AuditTrail {
    /** @param payload what {@link Audit.Entry#payloadHash} is the hash of, where the event holds it */
    public record Line(Audit.Entry entry, Optional<Payload> payload) {}

    private final List<Line> lines = new ArrayList<>();
    private Audit head = Audit.START;
    private long seq;

    /** Seq of the last event folded. */
    public long seq() {
        return seq;
    }

    public Audit head() {
        return head;
    }

    public List<Line> lines() {
        return List.copyOf(lines);
    }

    /** Folds the events that follow the last ones. */
    public void apply(EventBatch batch) {
        long at = seq;
        for (Event event : batch.events()) {
            at += event.span();
            Optional<Audit.Entry> entry = head.entry(at, batch.at(), event);
            if (entry.isPresent()) {
                lines.add(new Line(entry.get(), payload(event)));
                head = new Audit(entry.get().no(), entry.get().hash());
            }
        }
        seq = batch.to();
    }

    private static Optional<Payload> payload(Event event) {
        if (event instanceof Event.ApprovalRequested requested) {
            return Optional.of(requested.arguments());
        }
        return event instanceof Event.ApprovalEdited edited ? Optional.of(edited.arguments()) : Optional.empty();
    }
}
