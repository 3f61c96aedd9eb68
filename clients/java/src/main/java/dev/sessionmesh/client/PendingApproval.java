package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A tool call that waits for a decision.
 *
 * @param arguments any JSON value, as they are now; empty when a snapshot had no room for them
 * @param original what the agent asked for, when somebody changed it
 * @param voters those who approved so far
 * @param delegates users who may decide because an approver said so
 * @param escalatedTo who was asked as well because it took too long; empty: nobody yet
 * @param deadline RFC 3339
 */
public record PendingApproval(
        String turn,
        String callId,
        String name,
        Optional<Object> arguments,
        Optional<Object> original,
        Frame.Terms terms,
        List<String> voters,
        List<String> delegates,
        List<String> escalatedTo,
        Optional<String> deadline) {

    public PendingApproval {
        voters = List.copyOf(voters);
        delegates = List.copyOf(delegates);
        escalatedTo = List.copyOf(escalatedTo);
    }

    static PendingApproval asked(Frame.Approval asked) {
        return new PendingApproval(
                asked.turn(),
                asked.callId(),
                asked.name(),
                Optional.of(asked.arguments()),
                Optional.empty(),
                asked.terms(),
                List.of(),
                List.of(),
                List.of(),
                asked.deadline());
    }

    /** A row of a snapshot or document. */
    static PendingApproval row(JsonObject row) {
        JsonArray votes = row.getJsonArray("votes", new JsonArray());
        return new PendingApproval(
                row.getString("turn", ""),
                row.getString("callId", ""),
                row.getString("name", ""),
                Optional.ofNullable(row.getValue("arguments")),
                Optional.empty(),
                EventReader.terms(row),
                IntStream.range(0, votes.size())
                        .mapToObj(i -> votes.getJsonObject(i).getString("by", ""))
                        .toList(),
                FrameReader.names(row, "delegates"),
                FrameReader.names(row, "escalatedTo"),
                FrameReader.maybe(row, "deadline"));
    }

    PendingApproval voted(String by) {
        return with(arguments, original, terms, with(voters, by), delegates, escalatedTo);
    }

    /** Whoever approved other arguments has to approve again. */
    PendingApproval edited(Object changed, String hash) {
        Frame.Terms now = new Frame.Terms(
                hash,
                terms.reason(),
                terms.askedBy(),
                terms.needed(),
                terms.approvers(),
                terms.separateDuty(),
                terms.onExpiry());
        return with(Optional.of(changed), original.or(() -> arguments), now, List.of(), delegates, escalatedTo);
    }

    PendingApproval delegated(String to) {
        return with(arguments, original, terms, voters, with(delegates, to), escalatedTo);
    }

    PendingApproval escalated(List<String> to) {
        return with(arguments, original, terms, voters, delegates, to);
    }

    private PendingApproval with(
            Optional<Object> now,
            Optional<Object> before,
            Frame.Terms decided,
            List<String> votes,
            List<String> also,
            List<String> higher) {
        return new PendingApproval(turn, callId, name, now, before, decided, votes, also, higher, deadline);
    }

    private static List<String> with(List<String> names, String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return more;
    }
}
