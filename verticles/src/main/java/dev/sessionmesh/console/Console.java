package dev.sessionmesh.console;

import dev.sessionmesh.console.Survey.Answers;
import dev.sessionmesh.console.Survey.Member;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What an operator may ask of the cluster, by way of any node. Futures complete on the caller's event loop. Safe on any thread. */
public final class Console {
    /** Webhooks that are told of one by one; the others are only counted. */
    private static final int WEBHOOKS = 100;

    private static final String ASK = "ask";
    /** Where nodes tell each other what befell them. */
    private static final String TOLD = "mesh.console.told";

    private enum Ask {
        NODE,
        HISTORY,
        DELIVERY,
        CONFIG,
        SESSIONS,
        TABS,
        DRAIN,
        STAY
    }

    private final Vertx vertx;
    private final String self;
    private final Here here;
    private final Chronicle chronicle;
    private final Optional<DrillReports> drills;
    private final Survey survey;
    private final AtomicLong told = new AtomicLong();
    private final Shared<JsonObject> mesh;
    private final Shared<JsonObject> timeline;
    private final Shared<JsonObject> delivery;
    private final Shared<JsonObject> config;

    /**
     * @param self incarnation of this node
     * @param members all nodes, this one included
     * @param drills where the reports of drills lie, if anywhere
     */
    public Console(
            Vertx vertx,
            String self,
            Supplier<List<Member>> members,
            Here here,
            Chronicle chronicle,
            Optional<DrillReports> drills) {
        this.vertx = vertx;
        this.self = self;
        this.here = here;
        this.chronicle = chronicle;
        this.drills = drills;
        survey = new Survey(vertx, members);
        mesh = new Shared<>(vertx, this::askForMesh);
        timeline = new Shared<>(vertx, this::askForTimeline);
        delivery = new Shared<>(vertx, this::askForDelivery);
        config = new Shared<>(vertx, this::askForConfig);
    }

    /** Answers for this node, and hears what befalls others, from now on; may be called again when it failed. */
    public Future<Void> start() {
        var news = vertx.eventBus().<JsonObject>consumer(TOLD, message -> hear(message.body()));
        return news.completion()
                .compose(heard -> survey.answer(self, question -> answer(question)
                        .map(said -> said.copy().put("name", here.name()))))
                .onFailure(uncertain -> news.unregister());
    }

    /** Notes what befalls this node, here and on the others: they are still there when it has left. */
    public void tell(Chronicle.Kind kind, String text) {
        String mark = self + " " + told.incrementAndGet();
        chronicle.note(kind, here.name(), mark, text);
        vertx.eventBus()
                .publish(
                        TOLD,
                        new JsonObject()
                                .put("from", self)
                                .put("kind", kind.name())
                                .put("node", here.name())
                                .put("mark", mark)
                                .put("text", text));
    }

    private void hear(JsonObject news) {
        if (self.equals(news.getString("from"))) {
            return;
        }
        try {
            Chronicle.Kind kind = Chronicle.Kind.valueOf(news.getString("kind"));
            chronicle.note(kind, news.getString("node"), news.getString("mark"), news.getString("text"));
        } catch (IllegalArgumentException unknown) {
            // Of a newer node; it tells what it means itself, as long as it is there.
        }
    }

    /** Every node, how it is and what it carries, and those that should be there and are not. */
    public Future<JsonObject> mesh() {
        return mesh.get();
    }

    /** What befell the membership, as all nodes that are here saw it. */
    public Future<JsonObject> timeline() {
        return timeline.get();
    }

    /** How tabs and webhooks are served. */
    public Future<JsonObject> delivery() {
        return delivery.get();
    }

    /** What each node was told and what it made of that. */
    public Future<JsonObject> config() {
        return config.get();
    }

    public Optional<DrillReports> drills() {
        return drills;
    }

    /** Begins to drain the node of this name; empty when there is none. */
    public Future<Optional<JsonObject>> drain(String name) {
        return tell(name, Ask.DRAIN);
    }

    /** Calls its drain off; {@code done} is false when that was too late, or there is none. Empty when there is no such node. */
    public Future<Optional<JsonObject>> stay(String name) {
        return tell(name, Ask.STAY);
    }

    private Future<Optional<JsonObject>> tell(String name, Ask what) {
        return survey.members().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .map(member -> survey.ask(member, question(what)).map(Optional::of))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    /** A page of the sessions of all nodes, by key. */
    public Future<JsonObject> sessions(SessionQuery query) {
        return survey.ask(question(Ask.SESSIONS).put("query", query.toJson())).compose(answers -> {
            SortedMap<String, JsonObject> rows = rows(answers);
            List<Map.Entry<String, JsonObject>> page =
                    rows.entrySet().stream().limit(query.limit()).toList();
            JsonObject found = new JsonObject().put("silent", new JsonArray(answers.silent()));
            if (rows.size() > page.size()) {
                found.put("next", page.getLast().getKey());
            }
            return tabs(page.stream().map(Map.Entry::getKey).toList()).map(tabs -> {
                JsonArray sessions = new JsonArray();
                page.forEach(row -> sessions.add(row.getValue().put("tabs", tabs.getOrDefault(row.getKey(), 0))));
                return found.put("sessions", sessions);
            });
        });
    }

    /** While a partition moves, two nodes may both believe that they own its sessions, and say the same of them. */
    private SortedMap<String, JsonObject> rows(Answers answers) {
        Map<String, String> names =
                survey.members().stream().collect(Collectors.toMap(Member::incarnation, Member::name, (a, b) -> a));
        TreeMap<String, JsonObject> rows = new TreeMap<>();
        for (JsonObject answer : answers.told()) {
            for (Object each : answer.getJsonArray("sessions")) {
                JsonObject row = (JsonObject) each;
                TreeSet<String> followers = new TreeSet<>();
                row.getJsonArray("followers").forEach(incarnation -> {
                    if (incarnation instanceof String known && names.containsKey(known)) {
                        followers.add(names.get(known));
                    }
                });
                row.put("owner", answer.getString("name")).put("followers", new JsonArray(new ArrayList<>(followers)));
                rows.put(row.getString("tenant") + "/" + row.getString("id"), row);
            }
        }
        return rows;
    }

    private Future<Map<String, Integer>> tabs(List<String> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return survey.ask(question(Ask.TABS).put("keys", new JsonArray(keys))).map(answers -> {
            Map<String, Integer> sum = new HashMap<>();
            answers.told().forEach(answer -> answer.getJsonObject("tabs")
                    .forEach(each -> sum.merge(each.getKey(), (Integer) each.getValue(), Integer::sum)));
            return sum;
        });
    }

    private Future<JsonObject> askForMesh() {
        return survey.ask(question(Ask.NODE)).map(answers -> {
            TreeSet<String> present = new TreeSet<>();
            TreeSet<String> agreed = new TreeSet<>();
            answers.told().forEach(node -> {
                present.add(node.getString("name"));
                node.getJsonObject("view").getJsonArray("nodes").forEach(name -> agreed.add(String.valueOf(name)));
            });
            JsonArray missing = new JsonArray();
            answers.silent().forEach(name -> missing.add(missing(name, "silent")));
            agreed.stream()
                    .filter(name -> !present.contains(name) && !answers.silent().contains(name))
                    .forEach(name -> missing.add(missing(name, "gone")));
            return of("nodes", answers).put("node", here.name()).put("missing", missing);
        });
    }

    private static JsonObject missing(String name, String why) {
        return new JsonObject().put("name", name).put("why", why);
    }

    private Future<JsonObject> askForTimeline() {
        return survey.ask(question(Ask.HISTORY)).map(answers -> new JsonObject()
                .put("events", Timeline.of(answers.told()))
                .put("silent", new JsonArray(answers.silent())));
    }

    private Future<JsonObject> askForDelivery() {
        Future<Answers> asked = survey.ask(question(Ask.DELIVERY));
        Future<List<JsonObject>> hooks = here.webhooks();
        return Future.join(asked, hooks).transform(all -> asked).map(answers -> of("nodes", answers)
                .put("webhooks", webhooks(hooks.succeeded() ? hooks.result() : List.of())));
    }

    /** Those that do badly first. */
    private static JsonObject webhooks(List<JsonObject> all) {
        Map<String, Integer> states = new TreeMap<>();
        all.forEach(webhook -> states.merge(webhook.getString("state"), 1, Integer::sum));
        JsonArray listed = new JsonArray();
        all.stream()
                .sorted(Comparator.comparing((JsonObject webhook) ->
                                webhook.getString("state").equals("ok"))
                        .thenComparing(webhook -> webhook.getString("tenant"))
                        .thenComparing(webhook -> webhook.getString("id")))
                .limit(WEBHOOKS)
                .forEach(listed::add);
        return new JsonObject()
                .put("states", new JsonObject(new TreeMap<>(states)))
                .put("webhooks", listed);
    }

    private Future<JsonObject> askForConfig() {
        return survey.ask(question(Ask.CONFIG)).map(answers -> of("nodes", answers));
    }

    private static JsonObject of(String field, Answers answers) {
        List<JsonObject> sorted = answers.told().stream()
                .sorted(Comparator.comparing(node -> node.getString("name")))
                .toList();
        return new JsonObject().put(field, new JsonArray(sorted)).put("silent", new JsonArray(answers.silent()));
    }

    private static JsonObject question(Ask what) {
        return new JsonObject().put(ASK, what.name());
    }

    /** What this node says, to itself as to others. */
    private Future<JsonObject> answer(JsonObject question) {
        return switch (Ask.valueOf(question.getString(ASK))) {
            case NODE -> here.node();
            case DELIVERY -> here.delivery();
            case CONFIG -> Future.succeededFuture(here.config());
            case HISTORY -> Future.succeededFuture(new JsonObject().put("events", chronicle.toJson()));
            case SESSIONS -> found(SessionQuery.of(question.getJsonObject("query")));
            case TABS ->
                here.tabs(question.getJsonArray("keys").stream()
                                .map(String.class::cast)
                                .collect(Collectors.toSet()))
                        .map(tabs -> new JsonObject().put("tabs", new JsonObject(new HashMap<>(tabs))));
            case DRAIN -> Future.succeededFuture(phase(here.drain()));
            case STAY -> Future.succeededFuture(phase(here.stay()));
        };
    }

    private Future<JsonObject> found(SessionQuery query) {
        return Future.fromCompletionStage(here.sessions(query), vertx.getOrCreateContext())
                .map(rows -> new JsonObject()
                        .put(
                                "sessions",
                                new JsonArray(
                                        rows.stream().map(SessionRow::toJson).toList())));
    }

    private JsonObject phase(boolean done) {
        return new JsonObject()
                .put("node", here.name())
                .put("phase", here.phase())
                .put("done", done);
    }
}
