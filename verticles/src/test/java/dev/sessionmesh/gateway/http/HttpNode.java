package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.access.Admission;
import dev.sessionmesh.access.quota.Network;
import dev.sessionmesh.access.quota.Proxies;
import dev.sessionmesh.access.quota.QuotaPlan;
import dev.sessionmesh.access.quota.Quotas;
import dev.sessionmesh.access.quota.Usages;
import dev.sessionmesh.archive.MemoryArchive;
import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.codec.BundleCodec;
import dev.sessionmesh.console.Chronicle;
import dev.sessionmesh.console.Console;
import dev.sessionmesh.console.DrillReports;
import dev.sessionmesh.console.Survey;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.memory.MemorySessionStore;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.custody.Custody;
import dev.sessionmesh.custody.Seal;
import dev.sessionmesh.gateway.GatewayMeters;
import dev.sessionmesh.gateway.GatewayVerticle;
import dev.sessionmesh.inbox.Inbox;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.presence.VertxPresenceBus;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.Placement;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.routing.VertxBus;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.Metrics;
import dev.sessionmesh.trace.Traces;
import dev.sessionmesh.webhook.MemoryCursors;
import dev.sessionmesh.webhook.MemoryShelf;
import dev.sessionmesh.webhook.NoSessions;
import dev.sessionmesh.webhook.SigningKeys;
import dev.sessionmesh.webhook.StoredLog;
import dev.sessionmesh.webhook.UrlRules;
import dev.sessionmesh.webhook.WebhookLimits;
import dev.sessionmesh.webhook.WebhookRoom;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** A node without a cluster: the gateway and its HTTP side over sessions in memory. */
final class HttpNode implements AutoCloseable {
    static final Limits LIMITS = Limits.DEFAULT;
    static final String METRICS_TOKEN = "count-me";

    volatile boolean permits = true;
    /** What of all actions, while {@link #permits}. */
    volatile Set<Access.Action> actions = EnumSet.allOf(Access.Action.class);
    /** How often anything of a session was to be read or written. */
    final AtomicInteger asked = new AtomicInteger();

    /** What callers may do here who need not prove who they are. */
    final Access access = new Access() {
        @Override
        public boolean permits(SessionKey key, Action action) {
            asked.incrementAndGet();
            return permits && actions.contains(action);
        }

        @Override
        public boolean permitsEverywhere(Action action) {
            return permits && actions.contains(action);
        }
    };

    /** What every request says about who sends it; empty: nothing. */
    volatile String credential = "";

    final AtomicBoolean draining = new AtomicBoolean();
    final AtomicBoolean quorum = new AtomicBoolean(true);
    final AtomicBoolean ready = new AtomicBoolean(true);
    /** The cluster as this node sees it. */
    volatile List<ClusterView.Node> nodes = List.of(new ClusterView.Node("n1", "", true));

    /** How often which limit was hit. */
    final Supplier<Map<String, Long>> hits;

    private static final Catalogue CATALOGUE = Catalogue.load();
    final Metrics metrics = new Metrics(CATALOGUE);
    private final GatewayMeters meters = GatewayMeters.of(metrics);
    final MemoryArchive archive = new MemoryArchive();

    /** What befell this node, for its console. */
    final Chronicle chronicle = new Chronicle(InstantSource.system());

    /** The members that its console asks: two of them, one of which never answers, when a test wants that. */
    volatile List<Survey.Member> members = List.of(new Survey.Member("n1-1", "n1"));

    private final MemorySessionStore store = new MemorySessionStore(LIMITS, new AtomicLong()::incrementAndGet);
    final SessionService service;
    final WaitingList waiting = new WaitingList();
    final Vertx vertx = Vertx.vertx();
    final Loops loops = new VertxLoops(vertx);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Exchanges exchanges;
    final Presence presence;
    final GatewayVerticle gateway;

    HttpNode() throws Exception {
        this(Optional.empty());
    }

    /** @param adminToken what {@code /admin} asks for */
    HttpNode(Optional<String> adminToken) throws Exception {
        this(adminToken, vertx -> Optional.empty());
    }

    /** @param proven how callers prove who they are; empty: they need not, and {@link #permits} says what they may */
    HttpNode(Optional<String> adminToken, Function<Vertx, Optional<Admission>> proven) throws Exception {
        this(adminToken, proven, QuotaPlan.DEFAULT);
    }

    /** @param plan how much callers may use */
    HttpNode(Optional<String> adminToken, Function<Vertx, Optional<Admission>> proven, QuotaPlan plan)
            throws Exception {
        this(adminToken, proven, plan, Traces.OFF);
    }

    /** @param traces told of what happens */
    HttpNode(Traces traces) throws Exception {
        this(Optional.empty(), vertx -> Optional.empty(), QuotaPlan.DEFAULT, traces);
    }

    private HttpNode(
            Optional<String> adminToken, Function<Vertx, Optional<Admission>> proven, QuotaPlan plan, Traces traces)
            throws Exception {
        Optional<Admission> admission = proven.apply(vertx);
        Identity identity = admission.<Identity>map(ProvenIdentity::new).orElseGet(this::asClaimed);
        vertx.eventBus().registerDefaultCodec(Bundle.class, new BundleCodec());
        exchanges = new Exchanges(loops, new VertxBus(vertx), store, new Alone(store), 1);
        await(exchanges.start());
        presence = new Presence(
                loops,
                new VertxPresenceBus(vertx),
                "n1-1",
                Set::of,
                LIMITS.presence(),
                InstantSource.system(),
                metrics);
        await(presence.start());
        service = new SessionService(loops, store, exchanges, InstantSource.system(), ToolCatalogue.SCOPE, traces);
        Quotas quotas = Quotas.of(plan, () -> 1);
        hits = quotas::hits;
        Usages usages = new Usages(vertx, "n1-1", () -> Set.of("n1-1"), quotas, new StoredSessions(store));
        await(usages.start());
        // What tests say in X-Forwarded-For is where they come from.
        Turnstile turnstile = new Turnstile(quotas, new Proxies(List.of(Network.parse("127.0.0.0/8"))), meters);
        Origins origins = new Origins(Set.of("mesh.example"), Set.of("https://console.example"), () -> nodes);
        WebhookRoom hooks = new WebhookRoom(new WebhookRoom.Kit(
                vertx,
                loops,
                new StoredLog(store),
                new StoredLog(store),
                new NoSessions(),
                new MemoryCursors(),
                new MemoryShelf(),
                "n1-1",
                () -> List.of("n1-1"),
                true,
                new UrlRules(false, false),
                WebhookLimits.DEFAULT,
                System::currentTimeMillis,
                () -> 0.5,
                java.util.concurrent.ForkJoinPool.commonPool(),
                metrics));
        hooks.start();
        SigningKeys keys = hooks.keys();
        Custody custody = new Custody(new Custody.Kit(
                loops,
                store,
                Optional.of(archive),
                new StoredRemains(store),
                (key, snapshot, log, blobs) ->
                        CompletableFuture.completedStage(Outcome.done(store.bring(snapshot.state(), log, blobs))),
                new Seal() {
                    @Override
                    public String document(String type, byte[] payload) {
                        return keys.document(type, payload);
                    }

                    @Override
                    public byte[] sign(byte[] message) {
                        return keys.signature(message);
                    }

                    @Override
                    public boolean isOurs(byte[] message, byte[] signature) {
                        return keys.isOurs(message, signature);
                    }
                },
                ToolCatalogue.SCOPE,
                LIMITS,
                InstantSource.system(),
                new AtomicLong(1_000)::incrementAndGet,
                "n1",
                java.util.concurrent.ForkJoinPool.commonPool()));
        Console console = new Console(
                vertx,
                "n1-1",
                () -> members,
                new FakeHere("n1"),
                chronicle,
                Optional.of(new DrillReports(Path.of("src/test/resources/dev/sessionmesh/gateway/http/drills"))));
        await(console.start());
        HttpApi api = new HttpApi(new HttpApi.Kit(
                service,
                new Inbox(loops, new NothingOwned(), waiting, service),
                presence,
                LIMITS,
                identity,
                admission,
                hooks.webhooks(),
                custody,
                origins,
                turnstile,
                usages,
                "scripted",
                () -> new ClusterView("n1", true, true, nodes),
                new Health(this::checks, this::checks, this::checks),
                draining::get,
                new FakeAdmin(metrics, console),
                adminToken,
                false,
                Optional.of(METRICS_TOKEN)));
        gateway = new GatewayVerticle(new GatewayVerticle.Kit(
                "n1",
                "127.0.0.1",
                0,
                service,
                exchanges,
                presence,
                LIMITS,
                quorum::get,
                draining::get,
                identity,
                origins,
                turnstile,
                meters,
                api::mount));
        await(vertx.deployVerticle(gateway));
    }

    private Identity asClaimed() {
        return new Identity() {
            @Override
            public Future<Outcome<Caller>> of(HttpServerRequest request) {
                return Identity.CLAIMED.of(request).map(outcome -> switch (outcome) {
                    case Outcome.Refused<Caller> refused -> refused;
                    case Outcome.Done<Caller>(Caller who) ->
                        Outcome.done(new Caller(who.tenant(), who.origin(), access, who.expiresInMs()));
                });
            }

            @Override
            public Future<Outcome<Caller>> renew(Caller caller, String token) {
                return Future.succeededFuture(Outcome.done(caller));
            }
        };
    }

    private Map<String, Boolean> checks() {
        return Map.of("serving", true, "quorum", true, "partitions", true, "accepting", ready.get());
    }

    URI webSocket(String path) {
        return URI.create("ws://127.0.0.1:" + gateway.port() + path);
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path));
        return credential.isEmpty() ? request : request.header("Authorization", "Bearer " + credential);
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> delete(String path) throws Exception {
        return send(request(path).DELETE());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpClient client() {
        return client;
    }

    /** Puts a session in its place that has this log. */
    void bring(SessionKey key, EventBatch... log) {
        Session machine = new Session(LIMITS);
        State state = State.create(key, Profile.ofModel("scripted:test"), 1, 1);
        for (EventBatch batch : log) {
            state = machine.replay(state, batch);
        }
        assertTrue(store.bring(state, List.of(log), Map.of()));
    }

    /** Plays the runner of a turn. */
    void run(String session, String turn, Output... outputs) throws Exception {
        claim(session, turn);
        produce(session, turn, 1, outputs);
    }

    void claim(String session, String turn) throws Exception {
        submit(session, new Command.Claim(turn, 0, 0, new Runner("n1", "n1-1")));
    }

    void produce(String session, String turn, int batch, Output... outputs) throws Exception {
        submit(session, new Command.Produce(turn, 1, batch, List.of(outputs)));
    }

    private void submit(String session, Command command) throws Exception {
        SessionKey key = new SessionKey(SessionKey.DEFAULT_TENANT, session);
        var outcome = await(service.submit(Envelope.internal(key, service.now(), 0, command)));
        if (!(outcome instanceof Outcome.Done)) {
            throw new IllegalStateException(command + " was answered with " + outcome);
        }
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        client.shutdownNow();
        await(vertx.close());
    }

    private record Alone(MemorySessionStore store) implements Placement {
        @Override
        public boolean isGone(String incarnation) {
            return false;
        }

        @Override
        public String self() {
            return "n1-1";
        }

        @Override
        public String ownerOf(SessionKey key) {
            return "n1-1";
        }

        @Override
        public Gap compare(SessionKey key, String follower, long seq, long generation) {
            var outcome = store.view(key).toCompletableFuture().join();
            return outcome instanceof Outcome.Done ? Gap.NONE : Gap.UNKNOWN;
        }
    }
}
