package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.WebhookArchive;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What is kept of webhooks: those of a tenant in one hash, their cursors beside each session, and lists of sessions by their names. */
final class RedisWebhooks implements WebhookArchive {
    /** The last number that was drawn, and that of the last write: no webhook can have such an id. */
    private static final String DRAWN = ":drawn";

    private static final String WRITTEN = ":written";

    private final Caller caller;
    private final Names names;
    private final Calls calls;

    /** Has something done on the archive's loop, within its bounds. */
    interface Calls {
        <T> CompletionStage<T> call(long bytes, Supplier<Future<T>> work);
    }

    RedisWebhooks(Caller caller, Names names, Calls calls) {
        this.caller = caller;
        this.names = names;
        this.calls = calls;
    }

    @Override
    public CompletionStage<Long> number(String cluster, String tenant) {
        return calls.call(0, () -> caller.command(Command.HINCRBY, names.webhooks(cluster, tenant), DRAWN, 1)
                .map(Reply::number));
    }

    @Override
    public CompletionStage<Boolean> put(
            String cluster, String tenant, long number, Map<String, String> webhooks, boolean replicated) {
        String name = names.webhooks(cluster, tenant);
        return calls.call(
                size(webhooks),
                // The tenant first: who finds it and no webhooks has lost nothing.
                () -> caller.command(Command.ZADD, names.webhooked(cluster), 0, tenant)
                        .compose(named -> caller.run(
                                Script.WEBHOOKS,
                                List.of(name),
                                request -> {
                                    request.arg(number);
                                    new TreeMap<>(webhooks).forEach((id, text) -> request.arg(id)
                                            .arg(text));
                                },
                                replicated))
                        .map(Reply::isOne));
    }

    @Override
    public CompletionStage<Map<String, String>> webhooks(String cluster, String tenant) {
        return calls.call(0, () -> fields(names.webhooks(cluster, tenant)).map(found -> {
            found.remove(DRAWN);
            found.remove(WRITTEN);
            return found;
        }));
    }

    private Future<Map<String, String>> fields(String name) {
        return caller.command(Command.HGETALL, name).map(found -> {
            Map<String, String> fields = new TreeMap<>();
            List<Reply> parts = found.parts();
            for (int i = 0; i + 1 < parts.size(); i += 2) {
                fields.put(parts.get(i).text(), parts.get(i + 1).text());
            }
            return fields;
        });
    }

    @Override
    public CompletionStage<List<String>> tenants(String cluster, String after, int limit) {
        String from = after.isEmpty() ? "-" : "(" + after;
        return calls.call(
                0, () -> caller.command(Command.ZRANGE, names.webhooked(cluster), from, "+", "BYLEX", "LIMIT", 0, limit)
                        .map(found -> found.parts().stream().map(Reply::text).toList()));
    }

    @Override
    public CompletionStage<Boolean> putCursors(
            Holder holder, SessionKey key, Map<String, String> cursors, boolean all) {
        List<String> keys = List.of(names.session(key), names.log(key), names.snapshot(key), names.cursors(key));
        return calls.call(size(cursors), () -> caller.run(Script.CURSORS, keys, request -> {
                    Sessions.who(holder, request);
                    request.arg(all ? 1 : 0);
                    new TreeMap<>(cursors)
                            .forEach((id, cursor) -> request.arg(id).arg(cursor));
                })
                .map(Reply::isOne));
    }

    private static long size(Map<String, String> texts) {
        return texts.values().stream().mapToLong(String::length).sum();
    }

    @Override
    public CompletionStage<Map<String, String>> cursors(SessionKey key) {
        return calls.call(0, () -> fields(names.cursors(key)));
    }

    @Override
    public CompletionStage<Void> untold(String cluster, SessionKey key) {
        return calls.call(0, () -> caller.command(Command.ZADD, list(cluster, key), 0, key.toString())
                // It may have been deleted meanwhile, and is on another server than this list.
                .compose(listed -> caller.command(Command.HEXISTS, names.session(key), "deleted"))
                .compose(deleted -> deleted.isOne() ? unlist(cluster, key) : Future.succeededFuture()));
    }

    @Override
    public CompletionStage<Void> told(String cluster, SessionKey key) {
        return calls.call(0, () -> unlist(cluster, key));
    }

    Future<Void> unlist(String cluster, SessionKey key) {
        return caller.command(Command.ZREM, list(cluster, key), key.toString()).mapEmpty();
    }

    private String list(String cluster, SessionKey key) {
        return names.untold(cluster, Archive.bucketOf(key));
    }

    @Override
    public CompletionStage<List<SessionKey>> untold(String cluster, int bucket, Optional<SessionKey> after, int limit) {
        String list = names.untold(cluster, bucket);
        String from = after.map(last -> "(" + last).orElse("-");
        return calls.call(0, () -> caller.command(Command.ZRANGE, list, from, "+", "BYLEX", "LIMIT", 0, limit)
                .compose(found -> Forms.sessions(found, list)));
    }
}
