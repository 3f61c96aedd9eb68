package dev.sessionmesh.archive.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.function.Consumer;

/** Runs scripts and commands where their keys are; failures come out as what they mean. */
final class Caller {
    private final Route route;
    /** Its own connection: WAIT holds up all that comes after it. */
    private final Route copiedRoute;

    Caller(Route route, Route copiedRoute) {
        this.route = route;
        this.copiedRoute = copiedRoute;
    }

    /**
     * @param keys all of one server; the first says which one
     * @param arguments puts them behind the keys
     */
    Future<Reply> run(Script script, List<String> keys, Consumer<Request> arguments) {
        return run(script, keys, arguments, false);
    }

    Future<Reply> run(Script script, List<String> keys, Consumer<Request> arguments, boolean copied) {
        Request known = script.bySha(keys);
        arguments.accept(known);
        return send(known, keys.getFirst(), copied)
                .recover(failure -> {
                    if (!Faults.is(failure, "NOSCRIPT")) {
                        return Future.failedFuture(failure);
                    }
                    Request whole = script.whole(keys);
                    arguments.accept(whole);
                    return send(whole, keys.getFirst(), copied);
                })
                .recover(failure -> Faults.isWrongType(failure)
                        ? named(script, keys, 0)
                        : Future.failedFuture(Faults.of(failure, "the archive at " + keys.getFirst())));
    }

    /** Redis does not say which key it was. */
    private Future<Reply> named(Script script, List<String> keys, int at) {
        if (at == keys.size()) {
            return Future.failedFuture(Faults.foreign(keys.getFirst(), "held something of another type"));
        }
        String key = keys.get(at);
        return command(Command.TYPE, key).compose(type -> {
            boolean ours = type.text().equals("none") || type.text().equals(script.typeOf(at));
            return ours
                    ? named(script, keys, at + 1)
                    : Future.failedFuture(Faults.foreign(key, "holds something of another type"));
        });
    }

    /** @param key the first argument too */
    Future<Reply> command(Command command, String key, Object... arguments) {
        Request request = Request.cmd(command).arg(key);
        for (Object argument : arguments) {
            if (argument instanceof byte[] bytes) {
                request.arg(bytes);
            } else {
                request.arg(argument.toString());
            }
        }
        return send(request, key, false)
                .recover(failure -> Future.failedFuture(
                        Faults.isWrongType(failure)
                                ? Faults.foreign(key, "holds something of another type")
                                : Faults.of(failure, "the archive at " + key)));
    }

    /** The same question to every server that has keys. */
    Future<List<Reply>> ask(Request request) {
        return route.ask(request).recover(failure -> Future.failedFuture(Faults.of(failure, "the archive")));
    }

    private Future<Reply> send(Request request, String key, boolean copied) {
        return (copied ? copiedRoute : route).send(request, key, copied);
    }

    void close() {
        route.close();
        copiedRoute.close();
    }
}
