package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Ack;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.Presence;
import java.io.PrintWriter;
import java.net.URI;
import java.util.regex.Pattern;

/** A session as text: what was said as it streams in, and everything else as a line in brackets. */
final class Transcript {
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
        attached.snapshot().ifPresent(snapshot -> EventText.branches(snapshot).forEach(this::note));
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
            case Presence ignored -> {}
            case Frame.ToolProgress ignored -> {}
            case Frame.Authenticated ignored -> {}
            case Frame.UnknownSignal ignored -> {}
            case Ack ignored -> {}
            case Frame.Logged event -> event(event);
        }
    }

    private void event(Frame.Logged event) {
        switch (event) {
            case Frame.Token token -> token(token);
            case Frame.Input input when !echo && typedHere(input) -> {}
            default -> {
                String text = EventText.of(event);
                if (!text.isEmpty()) {
                    note(text);
                }
            }
        }
    }

    private boolean typedHere(Frame.Input input) {
        return input.id().filter(id -> id.startsWith(client + ":")).isPresent();
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
            say(
                    message.messageId(),
                    message.role().equals("user") ? "> " : "",
                    EventText.whole(message.text(), message.blob()));
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
}
