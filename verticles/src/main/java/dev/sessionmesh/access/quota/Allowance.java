package dev.sessionmesh.access.quota;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one caller's use counts against.
 *
 * @param address where he comes from
 * @param caller who he is, and whose
 */
public record Allowance(Party address, List<Party> caller) {
    public Allowance {
        caller = List.copyOf(caller);
    }

    public Optional<TooMuch> take(Use use, long amount) {
        return address.take(use, amount).or(() -> takeKnown(use, amount));
    }

    /** Of what the address was asked for before it was known who it is. */
    public Optional<TooMuch> takeKnown(Use use, long amount) {
        for (Party party : caller) {
            Optional<TooMuch> refused = party.take(use, amount);
            if (refused.isPresent()) {
                return refused;
            }
        }
        return Optional.empty();
    }

    /** Another WebSocket or event stream; {@link #leave} when it ends, unless it is refused. */
    public Optional<TooMuch> enter() {
        List<Party> entered = new ArrayList<>();
        for (Party party : parties()) {
            Optional<TooMuch> refused = party.enter(Use.CONNECTION);
            if (refused.isPresent()) {
                entered.forEach(before -> before.leave(Use.CONNECTION));
                return refused;
            }
            entered.add(party);
        }
        return Optional.empty();
    }

    public void leave() {
        parties().forEach(party -> party.leave(Use.CONNECTION));
    }

    private List<Party> parties() {
        List<Party> parties = new ArrayList<>(caller.size() + 1);
        parties.add(address);
        parties.addAll(caller);
        return parties;
    }
}
