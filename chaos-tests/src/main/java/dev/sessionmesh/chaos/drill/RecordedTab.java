package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.client.Ack;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.SessionmeshClient;
import dev.sessionmesh.client.SessionmeshException;
import dev.sessionmesh.client.Tab;
import dev.sessionmesh.client.TabListener;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A tab whose every command and every frame goes into the history. */
final class RecordedTab implements TabListener {

    private final String process;
    private final String session;
    private final History history;
    private final Function<URI, String> nodeNames;
    private final Consumer<Frame.Logged> watcher;
    private final Tab tab;
    private volatile long lastSeq;
    private volatile boolean closing;
    private volatile String node = "";

    RecordedTab(
            SessionmeshClient client,
            ClientOptions options,
            String process,
            String session,
            Position from,
            History history,
            Function<URI, String> nodeNames,
            Consumer<Frame.Logged> watcher) {
        this.process = process;
        this.session = session;
        this.history = history;
        this.nodeNames = nodeNames;
        this.watcher = watcher;
        this.lastSeq = from instanceof Position.After(long after, Optional<String> pos) ? after : 0;
        history.add(new Entry.Opened(Stamp.now(), process, session, lastSeq));
        this.tab = client.follow(options, session, from, this);
    }

    long lastSeq() {
        return lastSeq;
    }

    /** How far it has come; where another tab of the session can begin. */
    Position position() {
        return tab.position();
    }

    /** The node that it follows or followed last. */
    String node() {
        return node;
    }

    Future<Frame.Attached> attached() {
        return tab.attached();
    }

    Future<Ack> send(Command command) {
        long op = history.nextOp();
        history.add(new Entry.Invoke(Stamp.now(), process, op, session, command.wire()));
        return tab.send(command).onComplete(answer -> {
            Stamp now = Stamp.now();
            if (answer.succeeded()) {
                Ack ack = answer.result();
                history.add(new Entry.Ok(now, process, op, ack.id(), ack.seq(), ack.duplicate(), ack.degraded()));
            } else {
                history.add(failure(now, op, answer.cause()));
            }
        });
    }

    private Entry failure(Stamp now, long op, Throwable why) {
        String code = why instanceof SessionmeshException e ? e.code() : why.toString();
        return isUnknown(why) ? new Entry.Info(now, process, op, code) : new Entry.Fail(now, process, op, code);
    }

    /** A refusal that may be retried says nothing about whether an earlier try took effect; so does silence. */
    static boolean isUnknown(Throwable why) {
        if (!(why instanceof SessionmeshException e)) {
            return true;
        }
        return switch (e.code()) {
            case SessionmeshException.TIMEOUT, SessionmeshException.CLOSED, "id_expired" -> true;
            default -> e.retryable();
        };
    }

    Future<Void> close() {
        closing = true;
        return tab.close();
    }

    /** Closes it before the end of the run: what comes later is not expected of it. */
    Future<Void> leave() {
        return close().onComplete(closed -> history.add(new Entry.Closed(Stamp.now(), process, session)));
    }

    @Override
    public void frame(Frame frame) {
        if (frame instanceof Frame.Logged logged) {
            history.add(new Entry.Received(Stamp.now(), process, session, Seen.of(logged)));
            lastSeq = logged.seq();
            watcher.accept(logged);
        } else if (frame instanceof Frame.Recovering recovering) {
            history.add(new Entry.Recovering(Stamp.now(), process, session, recovering.turn()));
        }
    }

    @Override
    public void following(URI url, Frame.Attached attached) {
        node = nodeNames.apply(url);
        long snapshotSeq = attached.snapshot().map(Frame.Snapshot::seq).orElse(-1L);
        history.add(new Entry.Following(Stamp.now(), process, session, node, snapshotSeq, attached.head()));
    }

    @Override
    public void lost(String why) {
        history.add(new Entry.Lost(Stamp.now(), process, session, why));
    }

    @Override
    public void violation(String what) {
        history.add(new Entry.Violation(Stamp.now(), process, session, what));
    }

    @Override
    public void ended(SessionmeshException why) {
        if (!closing) {
            history.add(new Entry.Ended(Stamp.now(), process, session, why.getMessage() + ""));
        }
    }
}
