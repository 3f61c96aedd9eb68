package dev.sessionmesh.webhook;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Keeps the webhooks of all tenants where every node finds them. Stages complete on any thread, and fail when the outcome is uncertain. */
public interface EndpointShelf {
    CompletionStage<Collection<Endpoint>> all();

    CompletionStage<Optional<Endpoint>> get(String tenant, String id);

    /** @return whether it was put; not when there is one of that id */
    CompletionStage<Boolean> add(Endpoint endpoint);

    /** @return whether {@code before} was still what is kept, and is replaced now */
    CompletionStage<Boolean> replace(Endpoint before, Endpoint after);

    /** @return whether there was one */
    CompletionStage<Boolean> remove(String tenant, String id);

    /** Gives what outlived the cluster. */
    interface Kept {
        CompletionStage<Collection<Endpoint>> all();
    }

    /** Puts what was kept beside what is here, unless that was done since the cluster began. However many ask, it is done once. */
    CompletionStage<Void> restoreOnce(Kept kept);

    /** Calls whenever something may have changed, on a thread that must not be kept. A call may get lost. */
    void onChange(Runnable changed);

    /** The key that the cluster agreed on: the given one if there was none yet. */
    CompletionStage<String> agreeOnKey(String candidate);
}
