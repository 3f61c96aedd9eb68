package dev.sessionmesh.custody;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import java.util.Collection;
import java.util.Optional;

/** The payloads that lie apart from a log, and that it refers to. */
final class Payloads {
    private Payloads() {}

    static void collect(EventBatch batch, Collection<Payload.Blob> blobs) {
        for (Event event : batch.events()) {
            of(event).ifPresent(payload -> {
                if (payload instanceof Payload.Blob blob) {
                    blobs.add(blob);
                }
            });
        }
    }

    /** What an event carries, or refers to. */
    static Optional<Payload> of(Event event) {
        return switch (event) {
            case Event.InputAccepted input -> Optional.of(input.text());
            case Event.ToolCalled called -> Optional.of(called.arguments());
            case Event.ApprovalRequested asked -> Optional.of(asked.arguments());
            case Event.ApprovalEdited edited -> Optional.of(edited.arguments());
            case Event.ToolResulted resulted -> Optional.of(resulted.result());
            default -> Optional.empty();
        };
    }
}
