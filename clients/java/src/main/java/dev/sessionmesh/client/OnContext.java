package dev.sessionmesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;

/** Work whose handlers have to be attached on one context, before what they are for can happen there. */
final class OnContext {
    private OnContext() {}

    /** @param first may complete anywhere; {@code work} begins on the context */
    static <A, B> Future<B> then(Context context, Future<A> first, Function<A, Future<B>> work) {
        Promise<B> done = Promise.promise();
        first.onComplete(
                result -> context.runOnContext(
                        now -> Future.succeededFuture(result).compose(work).onComplete(done)),
                done::fail);
        return done.future();
    }
}
