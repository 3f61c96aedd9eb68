package dev.sessionmesh.archive.redis;

import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Each server has some of the slots. The map of them is asked for at the beginning, and again when a server says that a slot has moved or is not
 * reached; meanwhile a redirection is followed.
 */
final class ClusterRoute implements Route {
    private static final int REDIRECTIONS_MOST = 5;
    private static final long MAP_NANOS_LEAST = TimeUnit.MILLISECONDS.toNanos(200);

    private final List<Address> seeds;
    /** Masters that were met by this route or by another one of the same Cluster. */
    private final Set<Address> met;

    private final Dialer dialer;
    private final Loop loop;
    private final RedisLimits limits;
    private final Map<Address, Link> links = new HashMap<>();
    private final @Nullable Address[] owners = new @Nullable Address[Slot.COUNT];
    private @Nullable Future<Void> mapping;
    private boolean mapped;
    private long mappedAt;

    /** @param met shared by the routes to one Cluster: one that nothing was asked of yet may begin when the only server that the settings name is dead */
    ClusterRoute(
            RedisSettings.Servers.Cluster servers, Set<Address> met, Dialer dialer, Loop loop, RedisLimits limits) {
        this.seeds = servers.seeds();
        this.met = met;
        this.dialer = dialer;
        this.loop = loop;
        this.limits = limits;
        this.mappedAt = loop.nanos() - MAP_NANOS_LEAST;
    }

    @Override
    public Future<Reply> send(Request request, String key, boolean copied) {
        int slot = Slot.of(key);
        Future<Void> known = mapped ? Future.succeededFuture() : map();
        return known.compose(ready -> {
            Address owner = owners[slot];
            if (owner == null) {
                map();
                return Future.failedFuture(Faults.away("no server of the Cluster has slot " + slot));
            }
            return send(owner, request, slot, copied, 0);
        });
    }

    private Future<Reply> send(Address server, Request request, int slot, boolean copied, int redirections) {
        return link(server).send(request, copied).recover(failure -> {
            if (!(failure instanceof ErrorType)) {
                // Another may have taken over.
                map();
                return Future.failedFuture(failure);
            }
            boolean moved = Faults.is(failure, "MOVED");
            if ((!moved && !Faults.is(failure, "ASK ")) || redirections >= REDIRECTIONS_MOST) {
                if (Faults.is(failure, "CLUSTERDOWN") || Faults.is(failure, "READONLY")) {
                    map();
                }
                return Future.failedFuture(failure);
            }
            Address other = redirection(String.valueOf(failure.getMessage()), server);
            if (moved) {
                owners[slot] = other;
                map();
                return send(other, request, slot, copied, redirections + 1);
            }
            // The slot is on its way: only this request goes there, and it has to say that it knows.
            return link(other).line().compose(line -> {
                line.send(Request.cmd(Command.ASKING));
                long deadline = loop.nanos() + limits.answer().toNanos();
                return copied ? line.sendCopied(request, deadline) : line.send(request, deadline);
            });
        });
    }

    /** Such as {@code MOVED 3999 127.0.0.1:6381}; without a host it is the one that says so. */
    private static Address redirection(String message, Address from) {
        String where = message.substring(message.lastIndexOf(' ') + 1);
        int colon = where.lastIndexOf(':');
        String host = where.substring(0, Math.max(0, colon));
        return new Address(host.isEmpty() ? from.host() : host, Integer.parseInt(where.substring(colon + 1)));
    }

    private Link link(Address server) {
        return links.computeIfAbsent(server, any -> new Link(() -> dialer.dial(server), loop, limits));
    }

    /** Learns the map anew, from whoever answers first; not more often than it makes sense. */
    private Future<Void> map() {
        Future<Void> underWay = mapping;
        if (underWay != null) {
            return underWay;
        }
        if (mapped && loop.nanos() - mappedAt < MAP_NANOS_LEAST) {
            return Future.succeededFuture();
        }
        mappedAt = loop.nanos();
        Set<Address> known = new LinkedHashSet<>(seeds);
        known.addAll(met);
        known.addAll(links.keySet());
        List<Future<Told>> asked = known.stream().map(this::slots).toList();
        Future<Void> learned = Future.any(asked)
                .map(any -> asked.stream()
                        .filter(Future::succeeded)
                        .findFirst()
                        .orElseThrow()
                        .result())
                .recover(none -> Future.failedFuture(Faults.of(asked.getFirst().cause(), "the Cluster")))
                .map(first -> {
                    learn(first);
                    return null;
                });
        mapping = learned;
        learned.onComplete(done -> mapping = null);
        return learned;
    }

    /** @param by whom; it may leave its own host out */
    private record Told(Reply ranges, Address by) {}

    private Future<Told> slots(Address server) {
        return link(server)
                .send(Request.cmd(Command.CLUSTER).arg("slots"), false)
                .compose(answer -> answer.size() == 0
                        ? Future.failedFuture(Faults.away(server + ": it knows no slots"))
                        : Future.succeededFuture(new Told(answer, server)));
    }

    private void learn(Told told) {
        Arrays.fill(owners, null);
        Set<Address> masters = new LinkedHashSet<>();
        for (Reply range : told.ranges.parts()) {
            Reply master = range.get(2);
            String host = master.get(0).text();
            Address owner = new Address(
                    host.isEmpty() ? told.by.host() : host, (int) master.get(1).number());
            masters.add(owner);
            Arrays.fill(owners, (int) range.get(0).number(), (int) range.get(1).number() + 1, owner);
        }
        mapped = true;
        met.clear();
        met.addAll(masters);
        // Who is neither named by the settings nor a master any more is not asked again.
        links.entrySet().removeIf(entry -> {
            boolean stale = !masters.contains(entry.getKey()) && !seeds.contains(entry.getKey());
            if (stale) {
                entry.getValue().close();
            }
            return stale;
        });
    }

    @Override
    public Future<List<Reply>> ask(Request request) {
        Future<Void> known = mapped ? Future.succeededFuture() : map();
        return known.compose(ready -> {
            Set<Address> masters = new LinkedHashSet<>();
            for (Address owner : owners) {
                if (owner != null) {
                    masters.add(owner);
                }
            }
            List<Future<Reply>> asked = new ArrayList<>();
            masters.forEach(server -> asked.add(link(server).send(request, false)));
            return Future.all(asked)
                    .onFailure(failed -> map())
                    .map(all -> asked.stream().map(Future::result).toList());
        });
    }

    @Override
    public void close() {
        links.values().forEach(Link::close);
    }
}
