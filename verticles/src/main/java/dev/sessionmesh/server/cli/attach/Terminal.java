package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Ack;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.SessionmeshException;
import dev.sessionmesh.client.Tab;
import dev.sessionmesh.client.TabListener;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A tab with a keyboard. Everything happens on the tab's Vert.x context. When the typed lines end, it stays until what they began has
 * ended.
 */
final class Terminal implements TabListener {
    private final Transcript transcript;
    private final Open open = new Open();
    private final Supplier<Tab> tab;
    private boolean attached;
    private boolean inputEnded;
    private boolean anyRefused;
    private boolean leaving;
    private int unanswered;
    private long acknowledged;

    /** @param tab asked only after the first frame or line */
    Terminal(Transcript transcript, Supplier<Tab> tab) {
        this.transcript = transcript;
        this.tab = tab;
    }

    boolean anyRefused() {
        return anyRefused;
    }

    @Override
    public void following(URI node, Frame.Attached answer) {
        attached = true;
        open.see(answer);
        transcript.following(node, answer);
        leaveWhenDone();
    }

    @Override
    public void frame(Frame frame) {
        if (frame instanceof Frame.Logged event) {
            open.see(event);
        }
        transcript.show(frame);
        leaveWhenDone();
    }

    @Override
    public void lost(String why) {
        if (!leaving) {
            transcript.note("connection lost (" + why + "), trying the next node");
        }
    }

    @Override
    public void violation(String what) {
        transcript.note("the server broke the protocol: " + what);
    }

    @Override
    public void ended(SessionmeshException why) {
        if (!leaving) {
            transcript.note("ended: " + why.getMessage());
        }
    }

    /** Does what a line says; completes when the server has answered, or never asked. */
    Future<Void> typed(String line) {
        return switch (TypedLine.parse(line)) {
            case TypedLine.Nothing ignored -> done();
            case TypedLine.Say say -> sent(tab.get().input(say.text()));
            case TypedLine.Steer steer -> sent(tab.get().steer(steer.instruction()));
            case TypedLine.Cancel ignored -> sent(tab.get().cancel());
            case TypedLine.Approve approve ->
                approve.callId()
                        .or(open::oldestApproval)
                        .map(call -> sent(tab.get().approve(call)))
                        .orElseGet(this::nothingWaits);
            case TypedLine.Reject reject -> reject(reject.words());
            case TypedLine.Quit ignored -> leave();
            case TypedLine.Help ignored -> note(TypedLine.HELP);
            case TypedLine.Wrong wrong -> {
                anyRefused = true;
                yield note(wrong.why());
            }
        };
    }

    void inputEnded() {
        inputEnded = true;
        leaveWhenDone();
    }

    private Future<Void> reject(String words) {
        String[] parts = words.split("\\s+", 2);
        if (open.isApproval(parts[0])) {
            return sent(tab.get().reject(parts[0], parts.length > 1 ? parts[1] : ""));
        }
        Optional<String> oldest = open.oldestApproval();
        return oldest.map(call -> sent(tab.get().reject(call, words))).orElseGet(this::nothingWaits);
    }

    private Future<Void> nothingWaits() {
        anyRefused = true;
        return note("no tool call waits for a decision");
    }

    private Future<Void> sent(Future<Ack> answer) {
        unanswered++;
        return answer.onSuccess(ack -> {
                    acknowledged = Math.max(acknowledged, ack.seq());
                    if (ack.degraded()) {
                        transcript.note("kept, but by fewer copies than configured");
                    }
                })
                .onFailure(why -> {
                    anyRefused = true;
                    transcript.note("refused: " + why.getMessage());
                })
                .eventually(() -> {
                    unanswered--;
                    leaveWhenDone();
                    return done();
                })
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    private Future<Void> note(String text) {
        text.lines().forEach(transcript::note);
        return done();
    }

    private void leaveWhenDone() {
        if (attached && inputEnded && unanswered == 0 && open.seq() >= acknowledged && open.isQuiet()) {
            var unused = leave();
        }
    }

    private Future<Void> leave() {
        if (leaving) {
            return done();
        }
        leaving = true;
        return tab.get().close();
    }

    private static Future<Void> done() {
        return Future.succeededFuture();
    }
}
