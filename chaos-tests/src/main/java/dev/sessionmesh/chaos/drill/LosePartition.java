package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Network.Cut;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.SessionmeshClient;
import dev.sessionmesh.client.SessionmeshException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Without backups, one node of three is cut off: what it held is away. The others must say so, and neither deny that those sessions
 * exist nor make them anew; and when the cut is healed they are to be there again.
 */
final class LosePartition {

    private static final int SESSIONS = 30;
    private static final Duration WITHIN = Duration.ofSeconds(40);
    private static final Duration CUT_FOR = Duration.ofSeconds(12);
    private static final String SAYS_SO =
            "a session whose copies are all away is unavailable, never not found, never made anew";
    private static final String OTHERS = "the other sessions go on";
    private static final String RETURNS = "after the healing no session has lost what was acknowledged";

    private LosePartition() {}

    static void play(Arena arena) {
        List<String> sessions = new ArrayList<>();
        Map<String, Long> heads = new LinkedHashMap<>();
        for (int i = 1; i <= SESSIONS; i++) {
            sessions.add("held-" + i);
            create(arena, sessions.getLast());
        }
        sessions.forEach(session -> heads.put(session, settledHead(arena, session)));
        List<Node> nodes = arena.lab.nodes();
        List<Node> away = nodes.subList(0, 1);
        List<Node> others = nodes.subList(1, nodes.size());
        arena.cut(Cut.between(Partition.numbers(away), Partition.numbers(others)), away);
        Arena.pass(CUT_FOR);
        int unavailable = 0;
        for (Node node : others) {
            unavailable += look(arena, node, heads);
        }
        arena.expect(SAYS_SO, unavailable > 0, "no session was unavailable: the node that was cut off held none");
        long healNs = System.nanoTime();
        arena.heal();
        arena.awaitMerged(away, healNs);
        arena.awaitWhole();
        returned(arena, heads);
    }

    private static void create(Arena arena, String session) {
        Workload.await("a session", WITHIN, arena.client.http().createSession(new JsonObject().put("id", session)));
        Command input = new Command.Input("count", Optional.empty());
        Workload.await("a question", WITHIN, arena.client.http().command(session, "first", input));
    }

    private static long settledHead(Arena arena, String session) {
        long[] head = {-1};
        Waiting.until(
                "the turn of " + session + " to end",
                WITHIN,
                () -> {
                    JsonObject got = Workload.await(
                            "a session", WITHIN, arena.client.http().session(session));
                    head[0] = got.getLong("head", 0L);
                    return got.getJsonObject("turn", new JsonObject())
                            .getString("status", "")
                            .equals("completed");
                },
                () -> "head " + head[0]);
        return head[0];
    }

    /** How many sessions one node calls unavailable. */
    private static int look(Arena arena, Node node, Map<String, Long> heads) {
        SessionmeshClient direct = SessionmeshClient.create(
                arena.vertx, ClientOptions.of(List.of(node.url())).withoutRetries());
        Map<String, Integer> answers = new TreeMap<>();
        int unavailable = 0;
        for (Map.Entry<String, Long> entry : heads.entrySet()) {
            String session = entry.getKey();
            String read = head(direct.http().session(session));
            String made = head(direct.http().createSession(new JsonObject().put("id", session)));
            String asked = code(direct.http().command(session, "again", new Command.Input("count", Optional.empty())));
            answers.merge("GET " + word(read) + ", create " + word(made) + ", input " + asked, 1, Integer::sum);
            if (read.equals("unavailable")) {
                unavailable++;
                arena.expect(
                        SAYS_SO,
                        made.equals("unavailable") && asked.equals("unavailable"),
                        session + " at " + node.name() + ": create " + made + ", input " + asked);
            } else {
                boolean here = read.matches("\\d+") && Long.parseLong(read) >= entry.getValue();
                arena.expect(SAYS_SO, here, session + " at " + node.name() + ": GET " + read);
                arena.expect(OTHERS, asked.equals("ok"), session + " at " + node.name() + ": input " + asked);
            }
        }
        arena.notes.add("at " + node.name() + ": " + answers);
        Workload.await("closing", WITHIN, direct.close());
        return unavailable;
    }

    private static void returned(Arena arena, Map<String, Long> heads) {
        Map<String, Integer> answers = new TreeMap<>();
        heads.forEach((session, before) -> {
            String read = head(arena.client.http().session(session));
            boolean whole = read.matches("\\d+") && Long.parseLong(read) >= before;
            answers.merge(whole ? "as before or longer" : word(read), 1, Integer::sum);
            arena.expect(RETURNS, whole, session + " had " + before + " events, GET answers " + read);
        });
        arena.expect(Scorecard.PROBED, !answers.isEmpty(), "no session was asked for");
        arena.notes.add("after the healing: " + answers);
    }

    private static String word(String head) {
        return head.matches("\\d+") ? "its head" : head;
    }

    /** The head of the answer, or why there is none. */
    private static String head(Future<JsonObject> answer) {
        String code = code(answer);
        return code.equals("ok") ? String.valueOf(answer.result().getLong("head", -1L)) : code;
    }

    private static String code(Future<?> future) {
        Waiting.until("an answer", WITHIN, future::isComplete, () -> "none");
        if (future.succeeded()) {
            return "ok";
        }
        return future.cause() instanceof SessionmeshException e ? e.code() : String.valueOf(future.cause());
    }
}
