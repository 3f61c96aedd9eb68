package dev.sessionmesh.loop;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.Collection;
import java.util.List;

/** One question to every node, over the event bus. */
public final class Poll {
    private Poll() {}

    /**
     * @param told what those said who answered in time
     * @param asked how many were asked
     */
    public record Answers<T>(List<T> told, int asked) {}

    /**
     * @param address what stands before a node's incarnation in the address where it answers
     * @param patienceMillis for each answer; whoever takes longer is left out
     */
    public static <T> Future<Answers<T>> ask(
            EventBus bus, String address, Collection<String> nodes, Object question, long patienceMillis) {
        DeliveryOptions patience = new DeliveryOptions().setSendTimeout(patienceMillis);
        List<Future<T>> asked = nodes.stream()
                .map(node -> bus.<T>request(address + node, question, patience).map(reply -> reply.body()))
                .toList();
        return Future.join(asked)
                .transform(all -> Future.succeededFuture(new Answers<>(
                        asked.stream()
                                .filter(Future::succeeded)
                                .map(Future::result)
                                .toList(),
                        asked.size())));
    }
}
