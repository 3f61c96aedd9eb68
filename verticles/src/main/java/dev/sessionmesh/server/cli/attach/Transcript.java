package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Ack;
import dev.sessionmesh.client.Frame;
import io.vertx.core.json.Json;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** A session as text: what was said as it streams in, and everything else as a line in brackets. */
final class Transcript {
    private static final int SHOWN_MAX = 200;
    /** C0 and C1, and the delete character. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\\n\\t]]");

    private final PrintWriter out;
    private final boolean echo;
    private String speaking = "";
    private boolean lineOpen;
    private String client = "";

    /** @param echo whether to print what was typed here; a terminal has shown it already */
    Transcript(PrintWriter out, boolean echo) {
        this.out = out;
        this.echo = echo;
    }

    void following(URI node, Frame.Attached attached) {
        client = attached.client();
        String how = attached.reason()
                .filter("diverged"::equals)
                .map(reason -> ", the log was taken back; what follows is the session as it is now")
                .orElse(attached.resumed() ? ", nothing missed" : "");
        note("following " + attached.session() + " through " + node + how);
    }

    void note(String text) {
        endLine();
        speaking = "";
        out.println("[" + plain(text).replace('\n', ' ') + "]");
        out.flush();
    }

    void show(Frame frame) {
        switch (frame) {
            case Frame.Message message -> message(message);
            case Frame.Recovering recovering ->
                note(recovering.turn() + ": its runner was lost; another will take over");
            case Frame.GoAway away -> note("the node asks us to move: " + away.reason());
            case Frame.Refused refused -> note("refused: " + refused.code() + ": " + refused.message());
            case Frame.Detached ignored -> note("detached");
            case Frame.Attached ignored -> {}
            case Frame.Welcome ignored -> {}
            case Frame.Pong ignored -> {}
            case Frame.Authenticated ignored -> {}
            case Frame.UnknownSignal ignored -> {}
            case Ack ignored -> {}
            case Frame.Logged event -> event(event);
        }
    }

    private void event(Frame.Logged event) {
        switch (event) {
            case Frame.Input input -> {
                boolean typedHere =
                        input.id().filter(id -> id.startsWith(client + ":")).isPresent();
                if (echo || !typedHere) {
                    note(input.actor().orElse("somebody") + " says: " + whole(input.text(), input.blob()));
                }
            }
            case Frame.TurnReceived ignored -> {}
            case Frame.AgentStatus status -> note(status(status));
            case Frame.Token token -> token(token);
            case Frame.ToolCall call -> note(call.callId() + " calls " + call.name() + " " + json(call.arguments()));
            case Frame.Approval approval -> note(approval(approval));
            case Frame.ApprovalResolved resolved ->
                note(resolved.callId() + " " + resolved.decision() + by(resolved.by()) + reason(resolved.reason()));
            case Frame.ToolStarted started -> note(started.callId() + " runs");
            case Frame.ToolResult result -> note(result.callId() + " " + result.status() + ": " + outcome(result));
            case Frame.Steer steer -> note(steer.actor().orElse("somebody") + " steers: " + steer.instruction());
            case Frame.SteerResolved resolved ->
                note(resolved.consumed() ? "steering taken in" : "steering came too late");
            case Frame.History ignored -> {}
            case Frame.Unknown unknown -> note("an event this client does not know: " + unknown.type());
        }
    }

    private void token(Frame.Token token) {
        switch (token.kind().orElse("text")) {
            case "text" -> say(token.messageId(), "", token.text());
            case "reasoning" -> say(token.messageId() + "/reasoning", "(thinking) ", token.text());
            // Arguments come whole with the call; other data has no form in a terminal.
            default -> {}
        }
    }

    private void message(Frame.Message message) {
        if (message.kind().filter(kind -> !kind.equals("text")).isEmpty()) {
            say(message.messageId(), message.role().equals("user") ? "> " : "", whole(message.text(), message.blob()));
        }
        if (!message.more() && message.status().equals("complete")) {
            endLine();
        }
    }

    private void say(String message, String mark, String text) {
        if (!speaking.equals(message)) {
            endLine();
            speaking = message;
            out.print(mark);
        }
        out.print(plain(text));
        lineOpen = !text.endsWith("\n");
        out.flush();
    }

    /** Others wrote it, and a terminal obeys control characters: only ends of lines and tabs come through. */
    private static String plain(String text) {
        return CONTROL.matcher(text.replace("\r", "")).replaceAll("\uFFFD");
    }

    private void endLine() {
        if (lineOpen) {
            out.println();
            lineOpen = false;
        }
    }

    private static String status(Frame.AgentStatus status) {
        String where = status.runner().map(node -> " on " + node).orElse("");
        String again = status.takeover() ? ", taken over" : "";
        String code = status.code().map(text -> " " + text).orElse("");
        return status.turn() + " " + status.status() + where + again + by(status.by()) + code + reason(status.reason());
    }

    private static String approval(Frame.Approval approval) {
        return approval.callId() + " wants to run " + approval.name() + " " + json(approval.arguments())
                + approval.deadline().map(until -> ", until " + until).orElse("") + ": /approve or /reject REASON";
    }

    private static String outcome(Frame.ToolResult result) {
        return result.error()
                .map(text -> whole(text, result.blob()))
                .or(() -> result.result().map(Transcript::json))
                .orElse("");
    }

    private static String by(Optional<String> who) {
        return who.map(name -> " by " + name).orElse("");
    }

    private static String reason(Optional<String> why) {
        return why.map(text -> ": " + text).orElse("");
    }

    /** A terminal is no place for a text that is too long for the log. */
    private static String whole(String text, Optional<Frame.Blob> blob) {
        return blob.map(apart -> "(a text of " + apart.bytes() + " bytes)").orElse(text);
    }

    private static String json(Object value) {
        String text = Json.encode(value);
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + " ...";
    }
}
