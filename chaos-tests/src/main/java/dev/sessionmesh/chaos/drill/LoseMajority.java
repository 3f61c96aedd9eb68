package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import dev.sessionmesh.client.ClientLimits;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.SessionmeshClient;
import dev.sessionmesh.client.SessionmeshException;
import dev.sessionmesh.client.Tab;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Kills two of three nodes at once. With two backups the survivor holds everything: it serves what is durable, takes no write, and
 * goes on when one of them returns, or an operator says that none will.
 */
final class LoseMajority {

    private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);
    private static final String READS = "after the loss of the majority durable reads go on";
    private static final String WRITES = "after the loss of the majority writes get no_quorum";

    private LoseMajority() {}

    /** One of them returns. */
    static void play(Arena arena) {
        List<Node> victims = lose(arena);
        arena.restart(victims.getFirst());
        arena.goesOn(2);
        arena.restart(victims.getLast());
        arena.awaitWhole();
        arena.goesOn(1);
    }

    /** The same, and once more: an operator has the survivor forget them, it goes on alone, and later they come after all. */
    static void playTwice(Arena arena) {
        play(arena);
        List<Node> victims = lose(arena);
        Operator operator = new Operator(survivor(arena));
        victims.forEach(operator::forget);
        arena.goesOn(2);
        victims.forEach(arena::restart);
        arena.awaitWhole();
        arena.goesOn(2);
    }

    private static Node survivor(Arena arena) {
        return arena.lab.nodes().getFirst();
    }

    private static List<Node> lose(Arena arena) {
        arena.underLoad();
        Node survivor = survivor(arena);
        List<Node> victims =
                arena.lab.nodes().stream().filter(n -> n != survivor).limit(2).toList();
        arena.killMajority(victims);
        writesAreRefused(arena, survivor);
        readsGoOn(arena, survivor);
        return victims;
    }

    /** The first refusal may take as long as the failure detection; until then a write only waits. */
    private static void writesAreRefused(Arena arena, Node survivor) {
        ClientOptions options = ClientOptions.of(List.of(survivor.url()))
                .withoutRetries()
                .withLimits(ClientLimits.defaults().withCommandPatience(NOTICED_WITHIN));
        for (String session : arena.workload.sessions()) {
            Tab tab = arena.client.follow(options, session, Position.newest(), frame -> {});
            String code = code(tab.send(new Command.Steer("while nobody may write", Optional.empty())));
            arena.expect(WRITES, code.equals("no_quorum"), "a write to " + session + " was answered " + code);
            Workload.await("closing a tab", ANSWERS_WITHIN, tab.close());
        }
        SessionmeshClient direct = SessionmeshClient.create(arena.vertx, options);
        String session = arena.workload.sessions().getFirst();
        Command input = new Command.Input("while nobody may write", Optional.empty());
        arena.history.add(new Entry.Invoke(Stamp.now(), "http", arena.history.nextOp(), session, input.wire()));
        Future<?> post = direct.http().command(session, "over-http", input);
        String code = code(post);
        arena.expect(WRITES, code.equals("no_quorum"), "a write over HTTP was answered " + code);
        Workload.await("closing", ANSWERS_WITHIN, direct.close());
    }

    private static String code(Future<?> future) {
        Waiting.until("an answer", NOTICED_WITHIN.plus(ANSWERS_WITHIN), future::isComplete, () -> "none");
        if (future.succeeded()) {
            return "ok";
        }
        return future.cause() instanceof SessionmeshException e ? e.code() : String.valueOf(future.cause());
    }

    private static void readsGoOn(Arena arena, Node survivor) {
        ClientOptions options = ClientOptions.of(List.of(survivor.url()));
        SessionmeshClient direct = SessionmeshClient.create(arena.vertx, options);
        for (String session : arena.workload.sessions()) {
            String got = code(direct.http().session(session));
            arena.expect(READS, got.equals("ok"), "GET of " + session + " was answered " + got);
            String messages = code(direct.http().messages(session));
            arena.expect(
                    READS, messages.equals("ok"), "GET of the messages of " + session + " was answered " + messages);
            attachGoesOn(arena, survivor, session);
        }
        Workload.await("closing", ANSWERS_WITHIN, direct.close());
    }

    private static void attachGoesOn(Arena arena, Node survivor, String session) {
        List<Seen> log = arena.workload.readLog(survivor.url(), session);
        long head = log.isEmpty() ? 0 : log.getLast().seq();
        long[] last = {0};
        Tab tab = arena.client.follow(ClientOptions.of(List.of(survivor.url())), session, Position.start(), frame -> {
            if (frame instanceof Frame.Logged logged) {
                synchronized (last) {
                    last[0] = logged.seq();
                }
            }
        });
        String attached = code(tab.attached());
        arena.expect(READS, attached.equals("ok"), "attach to " + session + " was answered " + attached);
        if (attached.equals("ok")) {
            Waiting.until(
                    "a new tab of " + session + " to see its log",
                    ANSWERS_WITHIN,
                    () -> {
                        synchronized (last) {
                            return last[0] >= head;
                        }
                    },
                    () -> last[0] + " of " + head);
        }
        Workload.await("closing a tab", ANSWERS_WITHIN, tab.close());
    }
}
