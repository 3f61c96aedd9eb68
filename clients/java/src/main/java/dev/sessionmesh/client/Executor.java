package dev.sessionmesh.client;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The front-end calls that a tab executes: takes them, by hand or for a handler, and notices when they are somebody else's. */
final class Executor {

    private final HeldClaim.Holder holder;
    private final Offers offers = new Offers();
    private final Map<String, ToolHandler> handlers = new HashMap<>();
    private final Map<String, HeldClaim> held = new HashMap<>();
    /** Calls that were tried here since they were offered last. */
    private final Set<String> tried = new HashSet<>();

    Executor(HeldClaim.Holder holder) {
        this.holder = holder;
    }

    void handle(String name, ToolHandler handler) {
        handlers.put(name, handler);
    }

    Future<ToolClaim> take(String callId) {
        HeldClaim known = held.get(callId);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        HeldClaim claim = new HeldClaim(callId, holder);
        held.put(callId, claim);
        return claim.take().<ToolClaim>map(taken -> taken).onFailure(why -> held.remove(callId, claim));
    }

    void gone(HeldClaim claim) {
        held.remove(claim.callId(), claim);
    }

    void see(Frame.Snapshot snapshot) {
        offers.see(snapshot);
        tried.clear();
    }

    void see(Frame.Logged event) {
        offers.see(event);
        switch (event) {
            case Frame.ToolClaimed claimed -> heldAs(claimed.callId()).ifPresent(claim -> claim.see(claimed));
            case Frame.ToolReleased released -> {
                tried.remove(released.callId());
                heldAs(released.callId()).ifPresent(claim -> claim.see(released));
            }
            case Frame.ToolResult ended -> {
                tried.remove(ended.callId());
                heldAs(ended.callId()).ifPresent(claim -> claim.lose("the call has ended"));
            }
            default -> {}
        }
    }

    /** Takes what is offered and has a handler. To be called only where it is news: what an old log offers is done long ago. */
    void look() {
        for (OfferedCall call : offers.list()) {
            ToolHandler handler = handlers.get(call.name());
            boolean here =
                    call.target().device().isEmpty() || call.target().device().equals(holder.device());
            if (handler != null && here && !held.containsKey(call.callId()) && tried.add(call.callId())) {
                // A refusal says that it is somebody else's, which everybody is told anyway.
                take(call.callId()).onSuccess(claim -> execute(handler, call, claim));
            }
        }
    }

    /** The tab goes away in good order: what it has is offered to others at once. */
    void releaseAll() {
        List.copyOf(held.values()).forEach(HeldClaim::release);
    }

    void end() {
        List.copyOf(held.values()).forEach(claim -> claim.lose("the tab is over"));
    }

    private static void execute(ToolHandler handler, OfferedCall call, ToolClaim claim) {
        Future<?> outcome;
        try {
            outcome = handler.execute(call, claim);
        } catch (RuntimeException thrown) {
            outcome = Future.failedFuture(thrown);
        }
        outcome.onComplete(
                value -> {
                    if (!claim.lost().isComplete()) {
                        claim.result(value);
                    }
                },
                why -> {
                    if (!claim.lost().isComplete()) {
                        claim.error(String.valueOf(why.getMessage()));
                    }
                });
    }

    private Optional<HeldClaim> heldAs(String callId) {
        return Optional.ofNullable(held.get(callId));
    }
}
