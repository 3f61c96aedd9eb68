package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Frame;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What happened, as a line; an empty one for what people needn't see. Others wrote parts of it: whoever prints it must clean it. */
final class EventText {
    private static final int SHOWN_MAX = 200;

    private EventText() {}

    static String of(Frame.Logged event) {
        return switch (event) {
            case Frame.Input input -> who(input.actor()) + " says: " + whole(input.text(), input.blob());
            case Frame.TurnReceived turn ->
                turn.replaces()
                        .map(old -> turn.turn() + " takes the place of " + old + "; /branch " + old + " goes back")
                        .orElse("");
            case Frame.QueueReordered queue ->
                who(queue.by()) + " reordered what waits: " + String.join(", ", queue.turns());
            case Frame.TurnRetracted turn -> turn.turn() + " was taken back" + by(turn.by());
            case Frame.BranchSelected branch ->
                who(branch.by()) + " went over to the branch of " + branch.turn() + "; what follows belongs there";
            case Frame.AgentStatus status -> status(status);
            case Frame.Token ignored -> "";
            case Frame.StepEnded ignored -> "";
            case Frame.MessageSuperseded gone -> "what " + gone.turn() + " said last is void: it is said anew";
            case Frame.ToolCall call ->
                call.callId() + " calls " + call.name() + " " + json(call.arguments()) + target(call.target())
                        + offer(call);
            case Frame.Approval asked -> approval(asked);
            case Frame.ApprovalVoted vote ->
                vote.callId() + " " + vote.approvals() + " of " + vote.needed() + " approved, now" + by(vote.by());
            case Frame.ApprovalEdited edited ->
                edited.callId() + " is to run with " + json(edited.arguments()) + by(edited.by())
                        + "; earlier approvals are void";
            case Frame.ApprovalDelegated delegated ->
                delegated.callId() + " may be decided by " + delegated.to() + ", too" + says(delegated.by());
            case Frame.ApprovalReminded reminded -> reminded.callId() + " still waits for a decision";
            case Frame.ApprovalEscalated up ->
                up.callId() + " waited too long: " + String.join(", ", up.to()) + " may decide, too";
            case Frame.ApprovalResolved resolved ->
                resolved.callId() + " " + resolved.decision()
                        + resolved.grant().map(grant -> " by grant " + grant).orElseGet(() -> by(resolved.by()))
                        + reason(resolved.reason());
            case Frame.ToolGranted grant ->
                grant.tool() + " needs no approval from now on" + by(grant.by()) + "; /revoke " + grant.grant()
                        + " ends that";
            case Frame.GrantRevoked revoked -> "grant " + revoked.grant() + " was taken back" + by(revoked.by());
            case Frame.ToolClaimed claimed -> claimed.callId() + " is executed by a tab of " + who(claimed.by());
            case Frame.ToolReleased released ->
                released.callId() + " is offered again, "
                        + (released.reason().equals("expired") ? "its tab has vanished" : "its tab gave it back");
            case Frame.ToolStarted started -> started.callId() + " runs";
            case Frame.ToolDoubted doubt ->
                doubt.callId() + " had begun when its runner was lost; did it take effect? /settle " + doubt.callId()
                        + " ok, error or retry" + until(doubt.deadline());
            case Frame.ToolRetried again -> again.callId() + " is run again" + by(again.by());
            case Frame.ToolResult result -> result.callId() + " " + result.status() + outcome(result);
            case Frame.Steer steer ->
                who(steer.actor()) + " steers" + named(steer.steerId()) + ": " + steer.instruction();
            case Frame.SteerResolved resolved -> resolved(resolved);
            case Frame.History ignored -> "";
            case Frame.Unknown unknown -> "an event this client does not know: " + unknown.type();
        };
    }

    /** The places of a conversation where there are other branches. */
    static List<String> branches(Frame.Snapshot snapshot) {
        return IntStream.range(0, snapshot.branches().size())
                .mapToObj(snapshot.branches()::getJsonObject)
                .map(branch -> "of the branches "
                        + branch.getJsonArray("beside", new JsonArray()).stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(", "))
                        + " this is " + branch.getString("turn") + "; /branch shows another")
                .toList();
    }

    private static String approval(Frame.Approval asked) {
        List<String> terms = terms(asked.terms());
        return asked.callId() + " wants to run " + asked.name() + " " + json(asked.arguments())
                + until(asked.deadline())
                + (terms.isEmpty() ? "" : " (" + String.join("; ", terms) + ")")
                + ": /approve or /reject REASON";
    }

    static List<String> terms(Frame.Terms terms) {
        List<String> said = new ArrayList<>();
        terms.reason().ifPresent(said::add);
        if (terms.needed() > 1) {
            said.add(terms.needed() + " people have to approve");
        }
        if (!terms.approvers().isEmpty()) {
            said.add("for " + String.join(", ", terms.approvers()));
        }
        if (terms.separateDuty()) {
            said.add("not for " + terms.askedBy().orElse("whoever asked"));
        }
        return said;
    }

    private static String status(Frame.AgentStatus status) {
        if (status.code().filter("budget_exceeded"::equals).isPresent()) {
            return status.turn() + " stopped, its budget is used up" + reason(status.reason());
        }
        String where = status.runner().map(node -> " on " + node).orElse("");
        String again = status.takeover() ? ", taken over" : "";
        String code = status.code().map(text -> " " + text).orElse("");
        return status.turn() + " " + status.status() + where + again + by(status.by()) + code + reason(status.reason());
    }

    private static String resolved(Frame.SteerResolved resolved) {
        String which = "steering" + named(resolved.steerId());
        if (!resolved.consumed()) {
            return which + " came too late";
        }
        return which + " taken in"
                + (resolved.step().isPresent() ? " by step " + resolved.step().getAsInt() : "");
    }

    private static String outcome(Frame.ToolResult result) {
        return result.error()
                .map(text -> whole(text, result.blob()))
                .or(() -> result.result().map(EventText::json))
                .map(text -> ": " + text)
                .orElse("");
    }

    private static String target(Frame.Target target) {
        return target.user()
                        .map(user -> ", for " + (user.equals("asker") ? "whoever asked" : user))
                        .orElse("")
                + target.device().map(device -> ", on a " + device).orElse("");
    }

    /** One that has to be approved is offered when it was. */
    private static String offer(Frame.ToolCall call) {
        boolean offered = call.executor().equals("client") && !call.approval().equals("required");
        return offered ? ": /claim " + call.callId() + " executes it here, /result answers it" : "";
    }

    private static String named(String steerId) {
        return steerId.isEmpty() ? "" : " (" + steerId + ")";
    }

    private static String who(Optional<String> name) {
        return name.orElse("somebody");
    }

    private static String by(Optional<String> name) {
        return name.map(someone -> " by " + someone).orElse("");
    }

    private static String says(Optional<String> name) {
        return name.map(someone -> ", says " + someone).orElse("");
    }

    private static String reason(Optional<String> why) {
        return why.map(text -> ": " + text).orElse("");
    }

    private static String until(Optional<String> deadline) {
        return deadline.map(at -> ", until " + at).orElse("");
    }

    /** A terminal is no place for a text that is too long for the log. */
    static String whole(String text, Optional<Frame.Blob> blob) {
        return blob.map(apart -> "(a text of " + apart.bytes() + " bytes)").orElse(text);
    }

    static String json(Object value) {
        String text = Json.encode(value);
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + " ...";
    }
}
