package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Ack;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.SessionmeshException;
import dev.sessionmesh.client.SessionmeshHttp;
import dev.sessionmesh.client.Tab;
import dev.sessionmesh.client.TabListener;
import dev.sessionmesh.client.ToolClaim;
import io.vertx.core.Future;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A tab with a keyboard. Everything happens on the tab's Vert.x context. When the typed lines end, it stays until what they began has
 * ended.
 */
final class Terminal implements TabListener {
    private final Transcript transcript;
    private final Open open = new Open();
    private final Map<String, ToolClaim> claims = new HashMap<>();
    private final SessionmeshHttp http;
    private final String session;
    private final Supplier<Tab> tab;
    private boolean attached;
    private boolean inputEnded;
    private boolean anyRefused;
    private boolean leaving;
    private int unanswered;
    private long acknowledged;

    /** @param tab asked only after the first frame or line */
    Terminal(Transcript transcript, SessionmeshHttp http, String session, Supplier<Tab> tab) {
        this.transcript = transcript;
        this.http = http;
        this.session = session;
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
        } else if (frame instanceof Frame.Message message) {
            open.see(message);
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
            case TypedLine.Send(Command command) -> sent(tab.get().send(command));
            case TypedLine.Approve approve -> approve(approve);
            case TypedLine.Reject reject -> reject(reject.words());
            case TypedLine.Approvals ignored ->
                list("nothing waits for a decision", open.approvals().stream().map(ListText::of));
            case TypedLine.Grants ignored ->
                list("no tool is approved beforehand", open.grants().stream().map(ListText::of));
            case TypedLine.Queue ignored ->
                list(
                        "nothing waits",
                        open.queue().entrySet().stream().map(turn -> turn.getKey() + " " + turn.getValue()));
            case TypedLine.Inbox ignored ->
                answered(http.inbox(), inbox -> list("nothing waits for your decision", ListText.of(inbox)));
            case TypedLine.Who ignored ->
                answered(http.presence(session), presence -> list("nobody is here", ListText.of(presence)));
            case TypedLine.Status(String text) -> {
                tab.get().status(text);
                yield done();
            }
            case TypedLine.Claim(String callId) -> answered(tab.get().claim(callId), this::holds);
            case TypedLine.Release(String callId) -> release(callId);
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

    private Future<Void> approve(TypedLine.Approve approve) {
        List<String> calls = approve.callIds().isEmpty()
                ? open.oldestApproval().map(List::of).orElse(List.of())
                : approve.callIds();
        if (calls.isEmpty()) {
            return nothingWaits();
        }
        Optional<String> hash = calls.size() == 1 ? open.hashOf(calls.getFirst()) : Optional.empty();
        return sent(tab.get().send(new Command.Approve(calls, approve.arguments(), hash, approve.remember())));
    }

    private Future<Void> reject(String words) {
        String[] parts = words.split("\\s+", 2);
        // A call that doesn't wait is named all the same: its refusal says why, and nothing else is rejected in its
        // place.
        boolean named = parts[0].matches("k[0-9]+");
        Optional<String> call = named ? Optional.of(parts[0]) : open.oldestApproval();
        String reason = !named ? words : parts.length > 1 ? parts[1] : "";
        return call.map(id -> sent(tab.get().send(new Command.Reject(List.of(id), reason, open.hashOf(id)))))
                .orElseGet(this::nothingWaits);
    }

    /** A claim that is lost is told by the log: who has the call now, or what came of it. */
    private void holds(ToolClaim claim) {
        claims.put(claim.callId(), claim);
        claim.lost().onSuccess(why -> claims.remove(claim.callId(), claim));
    }

    private Future<Void> release(String callId) {
        ToolClaim claim = claims.remove(callId);
        if (claim == null) {
            anyRefused = true;
            return note(callId + " is not claimed here");
        }
        return sent(claim.release());
    }

    private Future<Void> list(String none, Stream<String> rows) {
        List<String> all = rows.toList();
        (all.isEmpty() ? List.of(none) : all).forEach(transcript::note);
        return done();
    }

    private Future<Void> nothingWaits() {
        anyRefused = true;
        return note("no tool call waits for a decision");
    }

    private Future<Void> sent(Future<Ack> answer) {
        return answered(answer, ack -> {
            acknowledged = Math.max(acknowledged, ack.seq());
            if (ack.degraded()) {
                transcript.note("kept, but by fewer copies than configured");
            }
        });
    }

    private <T> Future<Void> answered(Future<T> answer, Consumer<T> then) {
        unanswered++;
        return answer.onSuccess(then::accept)
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
