package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The approvals that a session waits for, kept up to date from what a tab is told. Not thread-safe. */
public final class PendingApprovals {
    private final Map<String, PendingApproval> pending = new LinkedHashMap<>();

    /** Oldest first. */
    public List<PendingApproval> list() {
        return List.copyOf(pending.values());
    }

    public Optional<PendingApproval> find(String callId) {
        return Optional.ofNullable(pending.get(callId));
    }

    /** A snapshot takes the place of what was known; an attachment without one changes nothing. */
    public void see(Frame.Attached attached) {
        attached.snapshot().ifPresent(snapshot -> {
            pending.clear();
            JsonArray rows = snapshot.approvals();
            IntStream.range(0, rows.size())
                    .mapToObj(rows::getJsonObject)
                    .map(PendingApproval::row)
                    .forEach(row -> pending.put(row.callId(), row));
        });
    }

    public void see(Frame.Logged event) {
        switch (event) {
            case Frame.Approval asked -> pending.put(asked.callId(), PendingApproval.asked(asked));
            case Frame.ApprovalVoted voted ->
                change(voted.callId(), call -> call.voted(voted.by().orElse("")));
            case Frame.ApprovalEdited edited ->
                change(edited.callId(), call -> call.edited(edited.arguments(), edited.argumentsHash()));
            case Frame.ApprovalDelegated delegated ->
                change(delegated.callId(), call -> call.delegated(delegated.to()));
            case Frame.ApprovalEscalated escalated ->
                change(escalated.callId(), call -> call.escalated(escalated.to()));
            case Frame.ApprovalResolved resolved -> pending.remove(resolved.callId());
            // A result without a decision can't be; but whatever it was, nothing is waited for any more.
            case Frame.ToolResult ended -> pending.remove(ended.callId());
            default -> {}
        }
    }

    private void change(String callId, UnaryOperator<PendingApproval> change) {
        pending.computeIfPresent(callId, (id, call) -> change.apply(call));
    }
}
