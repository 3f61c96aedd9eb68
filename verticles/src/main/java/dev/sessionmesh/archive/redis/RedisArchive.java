package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.Claim;
import dev.sessionmesh.archive.Health;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.archive.LogRecord;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Page;
import dev.sessionmesh.archive.Query;
import dev.sessionmesh.archive.Stored;
import dev.sessionmesh.archive.Verdict;
import dev.sessionmesh.archive.WebhookArchive;
import dev.sessionmesh.archive.Write;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.VertxLoops;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The archive in Redis. Everything happens on one event loop, where its stages complete too; nothing there may block. The forms of what it keeps are in
 * docs/archive.md.
 */
public final class RedisArchive implements Archive, AutoCloseable {
    private final Loop loop;
    private final Gate gate;
    private final Names names;
    private final Caller caller;
    private final Sessions sessions;
    private final RedisIndex index;
    private final RedisWebhooks webhooks;

    private RedisArchive(Loop loop, RedisSettings settings, Caller caller) {
        this.loop = loop;
        this.gate = new Gate(settings.limits().calls(), settings.limits().bytes());
        this.names = new Names(settings.prefix());
        this.caller = caller;
        this.sessions = new Sessions(caller, names);
        this.index = new RedisIndex(caller, names);
        this.webhooks = new RedisWebhooks(caller, names, this::call);
    }

    /** Connects when it is first asked something. */
    public static RedisArchive open(Vertx vertx, RedisSettings settings) {
        Loop loop = new VertxLoops(vertx).create();
        Dialer dialer = new Dialer(vertx, loop, settings);
        Set<Address> met = new LinkedHashSet<>();
        return new RedisArchive(
                loop, settings, new Caller(route(settings, met, dialer, loop), route(settings, met, dialer, loop)));
    }

    private static Route route(RedisSettings settings, Set<Address> met, Dialer dialer, Loop loop) {
        return switch (settings.servers()) {
            case RedisSettings.Servers.One one ->
                new DirectRoute(new Link(() -> dialer.dial(one.address()), loop, settings.limits()));
            case RedisSettings.Servers.Watched watched -> new SentinelRoute(watched, dialer, loop, settings.limits());
            case RedisSettings.Servers.Cluster cluster ->
                new ClusterRoute(cluster, met, dialer, loop, settings.limits());
        };
    }

    @Override
    public CompletionStage<Optional<Mark>> mark(SessionKey key) {
        return call(() -> sessions.mark(key));
    }

    @Override
    public CompletionStage<Verdict> write(Write write) {
        long bytes = write.snapshot().length;
        for (LogRecord record : write.records()) {
            bytes += record.bytes().length;
        }
        return call(bytes, () -> sessions.write(write));
    }

    @Override
    public CompletionStage<Verdict> rewind(Holder holder, SessionKey key, long seq) {
        return call(() -> sessions.rewind(holder, key, seq));
    }

    @Override
    public CompletionStage<Claim> claim(SessionKey key, String cluster, boolean force) {
        return call(() -> sessions.claim(key, cluster, force));
    }

    @Override
    public CompletionStage<Optional<Stored>> read(SessionKey key) {
        return call(() -> sessions.read(key));
    }

    @Override
    public CompletionStage<Boolean> isHeld(Holder holder, SessionKey key) {
        return call(() -> sessions.mark(key)
                .map(found -> found.filter(mark -> mark.isHeldBy(holder)).isPresent()));
    }

    @Override
    public CompletionStage<Boolean> rest(Holder holder, SessionKey key, long seq) {
        return call(() -> sessions.rest(holder, key, seq));
    }

    @Override
    public CompletionStage<Boolean> pack(SessionKey key, Mark mark, List<LogRecord> records) {
        if (records.isEmpty() || records.getLast().to() != mark.seq() || !LogRecord.follow(0, 0, records)) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("the records of " + key + " are not all that lead to its mark"));
        }
        long bytes = records.stream().mapToLong(record -> record.bytes().length).sum();
        return call(bytes, () -> sessions.pack(key, mark, records));
    }

    @Override
    public CompletionStage<Void> putBlob(SessionKey key, String hash, byte[] utf8) {
        return call(utf8.length, () -> sessions.putBlob(key, hash, utf8));
    }

    @Override
    public CompletionStage<Optional<byte[]>> blob(SessionKey key, String hash) {
        return call(() -> sessions.blob(key, hash));
    }

    @Override
    public CompletionStage<Void> delete(SessionKey key, long at, long head) {
        // The tombstone first: whoever puts something into the lists meanwhile looks at it afterwards.
        return call(() -> sessions.delete(key, at, head)
                .compose(holder -> holder.isEmpty() ? Future.succeededFuture() : webhooks.unlist(holder, key))
                .compose(gone -> unschedule(key))
                .compose(gone -> index.remove(key)));
    }

    @Override
    public CompletionStage<Void> schedule(SessionKey key, long at) {
        if (at == Long.MAX_VALUE) {
            return call(() -> unschedule(key));
        }
        return call(() -> caller.command(Command.ZADD, due(key), at, key.toString())
                .compose(added -> unlessDeleted(key, () -> unschedule(key))));
    }

    private Future<Void> unschedule(SessionKey key) {
        return caller.command(Command.ZREM, due(key), key.toString()).mapEmpty();
    }

    private String due(SessionKey key) {
        return names.due(Archive.bucketOf(key));
    }

    @Override
    public CompletionStage<List<SessionKey>> due(int bucket, long until, int limit) {
        String list = names.due(bucket);
        return call(() -> caller.command(Command.ZRANGE, list, "-inf", until, "BYSCORE", "LIMIT", 0, limit)
                .compose(found -> Forms.sessions(found, list)));
    }

    @Override
    public CompletionStage<Void> index(Listed listed) {
        return call(
                () -> index.put(listed).compose(put -> unlessDeleted(listed.key(), () -> index.remove(listed.key()))));
    }

    /** A session may be deleted while something is put into a list elsewhere; then it is taken out again. */
    private Future<Void> unlessDeleted(SessionKey key, Supplier<Future<Void>> undo) {
        return caller.command(Command.HEXISTS, names.session(key), "deleted")
                .compose(deleted -> deleted.isOne() ? undo.get() : Future.succeededFuture());
    }

    @Override
    public CompletionStage<Page> find(Query query) {
        return call(() -> index.find(query));
    }

    @Override
    public CompletionStage<List<String>> tenants(String after, int limit) {
        return call(() -> index.tenants(after, limit));
    }

    @Override
    public WebhookArchive webhooks() {
        return webhooks;
    }

    @Override
    public CompletionStage<Health> health() {
        return call(() -> marker().compose(
                        marker -> caller.ask(Request.cmd(Command.INFO)).map(answers -> Report.of(marker, answers))));
    }

    /** Made by whoever looks first; who empties the archive takes it away too. */
    private Future<String> marker() {
        String name = names.origin();
        return caller.command(Command.GET, name)
                .compose(found -> found.text().isEmpty()
                        ? caller.command(Command.SET, name, UUID.randomUUID().toString(), "NX")
                                .compose(made -> caller.command(Command.GET, name))
                                .recover(RedisArchive::noneYet)
                        : Future.succeededFuture(found))
                .map(Reply::text);
    }

    /** How a server is that takes no writes must be told all the same. */
    private static Future<Reply> noneYet(Throwable failure) {
        boolean takesNoWrites = failure instanceof ArchiveException why
                && (why.kind() == ArchiveException.Kind.READ_ONLY || why.kind() == ArchiveException.Kind.FULL);
        return takesNoWrites ? Future.succeededFuture(new Reply(null)) : Future.failedFuture(failure);
    }

    private <T> CompletionStage<T> call(Supplier<Future<T>> work) {
        return call(0, work);
    }

    private <T> CompletionStage<T> call(long bytes, Supplier<Future<T>> work) {
        if (!gate.enter(bytes)) {
            return CompletableFuture.failedFuture(Faults.away("too much is under way to the archive"));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> start(work).onComplete(result -> {
            gate.leave(bytes);
            if (result.succeeded()) {
                answer.complete(result.result());
            } else {
                answer.completeExceptionally(
                        result.cause() instanceof IllegalArgumentException wrong
                                ? wrong
                                : Faults.of(result.cause(), "the archive"));
            }
        }));
        return answer;
    }

    private static <T> Future<T> start(Supplier<Future<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException broken) {
            return Future.failedFuture(broken);
        }
    }

    /** Ends the connections; what is under way fails. */
    @Override
    public void close() {
        loop.execute(caller::close);
    }
}
