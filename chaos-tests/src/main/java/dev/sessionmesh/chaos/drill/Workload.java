package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.SessionmeshClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All sessions under load, and the reading of what became of them. */
final class Workload {

    /** How the name of the tab ends that asks its session's questions. */
    static final String ASKING_TAB = "/tab0";

    /** Within the names of those who read final logs at other nodes. */
    static final String READ_AT = "/read@";

    private static final Duration OPENS_WITHIN = Duration.ofSeconds(30);
    private static final Duration RESTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration CATCHES_UP_WITHIN = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final Site site;
    private final SessionmeshClient client;
    private final Optional<String> token;
    private final History history;
    private final DrillSettings settings;
    private final Map<String, SessionLoad> loads = new LinkedHashMap<>();
    private final Set<String> watched = new LinkedHashSet<>();
    private int visitors;

    /** @param token what the nodes want to be shown, if anything */
    Workload(
            Vertx vertx,
            Site site,
            SessionmeshClient client,
            Optional<String> token,
            History history,
            DrillSettings settings) {
        this.vertx = vertx;
        this.site = site;
        this.client = client;
        this.token = token;
        this.history = history;
        this.settings = settings;
    }

    /** Creates sessions named {@code prefix-1} and so on with their tabs, the k-th tab of each beginning at another node. */
    void open(String prefix, int sessions) {
        List<Future<?>> attached = new ArrayList<>();
        for (int i = 1; i <= sessions; i++) {
            create(prefix + "-" + i);
            attached.addAll(openTabs(prefix + "-" + i, i));
        }
        await("the tabs to attach", OPENS_WITHIN, Future.all(attached));
    }

    /** Creates a session without any load; its log is read and checked in the end like the others'. */
    void watch(String session) {
        create(session);
        watched.add(session);
    }

    private void create(String session) {
        await(
                "session " + session,
                OPENS_WITHIN,
                client.http().createSession(new JsonObject().put("id", session).put("model", "scripted:test")));
    }

    private List<Future<Frame.Attached>> openTabs(String session, int spread) {
        SessionLoad load = new SessionLoad(session, vertx, settings.tokens(), settings.pause(), self -> {
            List<RecordedTab> tabs = new ArrayList<>();
            for (int k = 0; k < settings.tabs(); k++) {
                boolean first = k == 0;
                tabs.add(tab(session + "/tab" + k, session, Position.start(), spread + k, frame -> {
                    if (first) {
                        self.saw(frame);
                    }
                }));
            }
            return List.copyOf(tabs);
        });
        loads.put(session, load);
        return load.tabs().stream().map(RecordedTab::attached).toList();
    }

    /** A tab that prefers the node at {@code firstNode}, counted around, and knows them all. */
    private RecordedTab tab(
            String process, String session, Position from, int firstNode, Consumer<Frame.Logged> watcher) {
        List<URI> order = new ArrayList<>(site.urls());
        Collections.rotate(order, -firstNode);
        return new RecordedTab(client, options(order), process, session, from, history, site::nameOf, watcher);
    }

    private ClientOptions options(List<URI> urls) {
        ClientOptions plain = ClientOptions.of(urls);
        return token.map(plain::withToken).orElse(plain);
    }

    /** The node that answers a first question to a new session. */
    String whoRuns(String session) {
        create(session);
        await(
                "a question to " + session,
                OPENS_WITHIN,
                client.http().command(session, "who", new Command.Input("who", Optional.empty())));
        history.add(new Entry.Invoke(
                Stamp.now(),
                session + "/http",
                history.nextOp(),
                session,
                new Command.Input("who", Optional.empty()).wire()));
        List<String> runners = new ArrayList<>();
        Waiting.until(
                "a runner of " + session,
                OPENS_WITHIN,
                () -> {
                    await("its log", OPENS_WITHIN, client.http().log(session)).forEach(frame -> {
                        if (frame instanceof Frame.AgentStatus status) {
                            status.runner().ifPresent(runners::add);
                        }
                    });
                    return !runners.isEmpty();
                },
                () -> "none");
        return runners.getFirst();
    }

    /** Opens tabs on a session that is there already. */
    void openExisting(String session, int spread) {
        await("the tabs to attach", OPENS_WITHIN, Future.all(openTabs(session, spread)));
    }

    /** Everybody asks who is not retired. */
    void start() {
        loads.values().forEach(SessionLoad::start);
    }

    void startOnly(Collection<String> sessions) {
        sessions.forEach(session -> load(session).start());
    }

    /** Nobody asks, and no turn runs. */
    void rest() {
        loads.values().forEach(SessionLoad::stop);
        awaitRest();
    }

    /** These sessions ask no more, for good. */
    void retire(Collection<String> sessions) {
        sessions.forEach(session -> load(session).retire());
    }

    /**
     * Every session gets a tab on {@code node}, in place of the last one that came this way. It begins where another stands: in a long run the whole
     * log, read again after every fault, would be what is measured.
     */
    void visit(Node node) {
        int index = site.urls().indexOf(node.front());
        List<Future<?>> attached = new ArrayList<>();
        for (SessionLoad load : loads.values()) {
            String process = load.session() + "/visitor" + ++visitors;
            RecordedTab tab =
                    tab(process, load.session(), load.tabs().getFirst().position(), index, frame -> {});
            attached.add(tab.attached());
            load.visit(tab).ifPresent(old -> await("closing a tab", OPENS_WITHIN, old.leave()));
        }
        await("the tabs to attach", OPENS_WITHIN, Future.all(attached));
    }

    /** How many turns each node runs right now, as the tabs see it. */
    Map<String, Long> runners() {
        return loads.values().stream()
                .flatMap(load -> load.runner().stream())
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    }

    /** Waits until every session has completed {@code more} further turns. */
    void awaitTurns(int more, Duration within) {
        awaitTurns(more, within, Set.of());
    }

    /** The same, but for sessions that ask through one of these nodes. */
    void awaitTurns(int more, Duration within, Set<String> cutOff) {
        Map<String, Integer> goals = new HashMap<>();
        loads.forEach((session, load) -> {
            if (load.asking() && !cutOff.contains(load.asksAt())) {
                goals.put(session, load.completed() + more);
            }
        });
        Waiting.until(
                "every session to complete " + more + " more turns",
                within,
                () -> goals.entrySet().stream()
                        .allMatch(goal -> load(goal.getKey()).completed() >= goal.getValue()),
                () -> goals.entrySet().stream()
                        .filter(goal -> load(goal.getKey()).completed() < goal.getValue())
                        .map(goal -> load(goal.getKey()).describe())
                        .collect(Collectors.joining("; ")));
    }

    private SessionLoad load(String session) {
        SessionLoad load = loads.get(session);
        if (load == null) {
            throw new IllegalArgumentException("no session " + session);
        }
        return load;
    }

    List<String> sessions() {
        return Stream.concat(loads.keySet().stream(), watched.stream()).toList();
    }

    /** No further questions; waits for the turns to end. Those that don't are left for the checkers to find. */
    List<String> settle() {
        loads.values().forEach(SessionLoad::stop);
        try {
            awaitRest();
            return List.of();
        } catch (LabException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private void awaitRest() {
        Waiting.until(
                "all turns to end",
                RESTS_WITHIN,
                () -> loads.values().stream().allMatch(SessionLoad::atRest),
                () -> loads.values().stream()
                        .filter(load -> !load.atRest())
                        .map(SessionLoad::describe)
                        .collect(Collectors.joining("; ")));
    }

    /**
     * The final logs, read through one running node; what the others say is added to the history as if they were tabs. Then waits
     * for the tabs to have seen it all.
     */
    Map<String, List<Seen>> read() {
        Map<String, List<Seen>> logs = new LinkedHashMap<>();
        List<Map.Entry<String, URI>> readers = List.copyOf(site.readers().entrySet());
        for (String session : sessions()) {
            logs.put(session, readLog(readers.getFirst().getValue(), session));
            for (Map.Entry<String, URI> other : readers.subList(1, readers.size())) {
                String process = session + READ_AT + other.getKey();
                history.add(new Entry.Opened(Stamp.now(), process, session, 0));
                readLog(other.getValue(), session)
                        .forEach(seen -> history.add(new Entry.Received(Stamp.now(), process, session, seen)));
            }
        }
        awaitTabs(logs);
        return logs;
    }

    /** A tab that never gets to the end is for the checkers to find. */
    private void awaitTabs(Map<String, List<Seen>> logs) {
        try {
            Waiting.until(
                    "the tabs to see the end",
                    CATCHES_UP_WITHIN,
                    () -> loads.values().stream().allMatch(load -> load.sawAll(head(logs, load.session()))),
                    () -> "");
        } catch (LabException e) {
            history.add(new Entry.Nemesis(Stamp.now(), "gave up waiting for tabs", ""));
        }
    }

    private static long head(Map<String, List<Seen>> logs, String session) {
        List<Seen> log = logs.getOrDefault(session, List.of());
        return log.isEmpty() ? 0 : log.getLast().seq();
    }

    List<Seen> readLog(URI node, String session) {
        SessionmeshClient direct = SessionmeshClient.create(vertx, options(List.of(node)));
        List<Frame.Logged> log =
                await("the log of " + session, OPENS_WITHIN, direct.http().log(session));
        await("closing", OPENS_WITHIN, direct.close());
        return log.stream().map(Seen::of).toList();
    }

    void close() {
        for (SessionLoad load : loads.values()) {
            load.tabs().forEach(tab -> await("closing a tab", OPENS_WITHIN, tab.close()));
        }
        loads.clear();
    }

    static <T> T await(String what, Duration within, Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CompletionException e) {
            throw new LabException(what + " failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new LabException("waited " + within.toSeconds() + " s for " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + what, e);
        }
    }
}
