package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The master that Sentinels name has everything. They are asked for each new connection, and now and then while there is one: a master that was cut
 * off does not know that it is none any more.
 */
final class SentinelRoute implements Route {
    private static final Command SENTINEL = Command.create("sentinel");

    private final String master;
    private final List<Link> sentinels = new ArrayList<>();
    private final Link link;
    private final Loop.Timer watch;
    private boolean asking;

    SentinelRoute(RedisSettings.Servers.Watched servers, Dialer dialer, Loop loop, RedisLimits limits) {
        this.master = servers.master();
        servers.sentinels().forEach(one -> sentinels.add(new Link(() -> dialer.dialSentinel(one), loop, limits)));
        this.link =
                new Link(() -> whoIsMaster().compose(dialer::dial).compose(SentinelRoute::onlyMaster), loop, limits);
        this.watch = loop.every(limits.watch().toMillis(), this::look);
    }

    @Override
    public Future<Reply> send(Request request, String key, boolean copied) {
        return link.send(request, copied);
    }

    @Override
    public Future<List<Reply>> ask(Request request) {
        return link.send(request, false).map(List::of);
    }

    private void look() {
        if (!asking && link.isOpen()) {
            asking = true;
            whoIsMaster().onComplete(result -> {
                asking = false;
                if (result.succeeded()) {
                    link.leadTo(result.result());
                }
            });
        }
    }

    /** All are asked at once and the first that knows is believed: one that is dead costs no time. */
    private Future<Address> whoIsMaster() {
        List<Future<Address>> asked = sentinels.stream().map(this::ask).toList();
        return Future.any(asked)
                .map(any -> asked.stream()
                        .filter(Future::succeeded)
                        .findFirst()
                        .orElseThrow()
                        .result())
                .recover(none -> Future.failedFuture(unknown(asked)));
    }

    /** One that lets nobody in says more than one that is not there. */
    private Throwable unknown(List<Future<Address>> asked) {
        ArchiveException why = asked.stream()
                .map(one -> Faults.of(one.cause(), "a Sentinel"))
                .min(Comparator.comparing(failure -> failure.kind() != ArchiveException.Kind.DENIED))
                .orElseThrow();
        return new ArchiveException(
                why.kind(), "no Sentinel knows where the master " + master + " is: " + why.getMessage());
    }

    private Future<Address> ask(Link sentinel) {
        return sentinel.send(
                        Request.cmd(SENTINEL).arg("get-master-addr-by-name").arg(master), false)
                .compose(answer -> {
                    if (answer.size() != 2) {
                        return Future.failedFuture(Faults.away("a Sentinel does not know a master " + master));
                    }
                    return Future.succeededFuture(new Address(
                            answer.get(0).text(), (int) answer.get(1).number()));
                })
                .recover(failure -> Future.failedFuture(Faults.of(failure, "a Sentinel")));
    }

    /** A Sentinel may be behind: whoever is called master must say so itself. */
    private static Future<Line> onlyMaster(Line line) {
        return line.send(Request.cmd(Command.INFO).arg("replication")).transform(result -> {
            if (result.succeeded() && !ServerInfo.of(result.result().text()).isMaster()) {
                line.end("it is a replica");
                return Future.failedFuture(Faults.away(line.address() + ": it is called the master and is none"));
            }
            return Future.succeededFuture(line);
        });
    }

    @Override
    public void close() {
        watch.cancel();
        link.close();
        sentinels.forEach(Link::close);
    }
}
