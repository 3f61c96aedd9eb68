package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.SessionmeshClient;
import dev.sessionmesh.client.SessionmeshException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks one node, and no other, to take a write every few moments, without retries, and notes each answer: what a client sees that
 * knows only this node.
 */
final class Probe {

    private static final Duration EVERY = Duration.ofMillis(250);
    private static final int SESSIONS = 4;
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(20);

    /** One write. {@code code} is {@code ok} or the refusal; {@code id} and {@code seq} are those of an acknowledgement. */
    record Answer(long askedNs, long answeredNs, String session, String code, String id, long seq) {
        boolean ok() {
            return code.equals("ok");
        }
    }

    private final Arena arena;
    private final Node node;
    private final SessionmeshClient direct;
    private final List<String> sessions;
    private final boolean judged;
    private final List<Answer> answers = new ArrayList<>();
    private final long timer;
    private int asked;

    private Probe(Arena arena, Node node, List<String> sessions, Duration every, boolean judged) {
        this.arena = arena;
        this.node = node;
        this.sessions = List.copyOf(sessions);
        this.judged = judged;
        this.direct = SessionmeshClient.create(
                arena.vertx, ClientOptions.of(List.of(node.url())).withoutRetries());
        this.timer = arena.vertx.setPeriodic(every.toMillis(), tick -> ask());
    }

    /** Writes to sessions of its own, which are judged with all others in the end. */
    static Probe of(Arena arena, Node node) {
        List<String> sessions = new ArrayList<>();
        for (int i = 1; i <= SESSIONS; i++) {
            sessions.add("probe-" + node.name() + "-" + arena.history.nextOp());
            arena.workload.watch(sessions.getLast());
        }
        return new Probe(arena, node, sessions, EVERY, true);
    }

    /** Writes to these sessions, and leaves it to the caller to judge what became of it. */
    static Probe unjudged(Arena arena, Node node, List<String> sessions, Duration every) {
        return new Probe(arena, node, sessions, every, false);
    }

    private void ask() {
        int number = ++asked;
        String session = sessions.get(number % sessions.size());
        Command input = new Command.Input("probe " + number, Optional.empty());
        Stamp before = Stamp.now();
        long op = arena.history.nextOp();
        String process = "probe@" + node.name();
        if (judged) {
            arena.history.add(new Entry.Invoke(before, process, op, session, input.wire()));
        }
        direct.http()
                .command(session, process.replace('@', '-') + "-" + op, input)
                .onComplete(answer -> {
                    Stamp now = Stamp.now();
                    String code = answer.succeeded()
                            ? "ok"
                            : answer.cause() instanceof SessionmeshException e ? e.code() : answer.cause() + "";
                    JsonObject ack = answer.succeeded() ? answer.result() : new JsonObject();
                    if (judged) {
                        arena.history.add(
                                answer.succeeded()
                                        ? ok(now, process, op, ack)
                                        : new Entry.Info(now, process, op, code));
                    }
                    synchronized (answers) {
                        answers.add(new Answer(
                                before.ns(), now.ns(), session, code, ack.getString("id", ""), ack.getLong("seq", 0L)));
                    }
                });
    }

    private static Entry ok(Stamp now, String process, long op, JsonObject ack) {
        return new Entry.Ok(
                now,
                process,
                op,
                ack.getString("id", ""),
                ack.getLong("seq", 0L),
                ack.getBoolean("duplicate", false),
                ack.getBoolean("degraded", false));
    }

    List<Answer> answers() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    /** Milliseconds from {@code sinceNs} to the latest acknowledgement at all; negative when there was none. */
    double lastOkMs(long sinceNs, long untilNs) {
        return answers().stream()
                .filter(a -> a.ok() && a.answeredNs() >= sinceNs && a.answeredNs() <= untilNs)
                .mapToDouble(a -> ms(a.answeredNs() - sinceNs))
                .max()
                .orElse(-1);
    }

    /** Milliseconds from {@code sinceNs} to the first answer with this code; negative when there was none. */
    double firstMs(String code, long sinceNs) {
        return answers().stream()
                .filter(a -> a.code().equals(code) && a.answeredNs() >= sinceNs)
                .mapToDouble(a -> ms(a.answeredNs() - sinceNs))
                .min()
                .orElse(-1);
    }

    static double ms(long ns) {
        return TimeUnit.NANOSECONDS.toMicros(ns) / 1000.0;
    }

    /** Asks no more; answers that are on their way are waited for. */
    void stop() {
        arena.vertx.cancelTimer(timer);
        Workload.await("closing a probe", CLOSES_WITHIN, direct.close());
    }
}
