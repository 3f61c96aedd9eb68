package dev.sessionmesh.access.quota;

import java.util.Optional;

/** What one caller's use counts against: where he comes from, and whose he is. */
public record Allowance(Party address, Party tenant) {

    public Optional<TooMuch> take(Use use, long amount) {
        Optional<TooMuch> refused = address.take(use, amount);
        return refused.isPresent() ? refused : tenant.take(use, amount);
    }

    /** Another WebSocket or event stream; {@link #leave} when it ends, unless it is refused. */
    public Optional<TooMuch> enter() {
        Optional<TooMuch> refused = address.enter(Use.CONNECTION);
        if (refused.isPresent()) {
            return refused;
        }
        refused = tenant.enter(Use.CONNECTION);
        if (refused.isPresent()) {
            address.leave(Use.CONNECTION);
        }
        return refused;
    }

    public void leave() {
        address.leave(Use.CONNECTION);
        tenant.leave(Use.CONNECTION);
    }
}
