package dev.sessionmesh.chaos.sim;

import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.OperationTimeoutException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An operation on its way through the grid, as Hazelcast does it with its outcome made known when uncertain: the owner answers, every
 * backup confirms to the caller, and if one does not in time the caller is told that it can't know.
 */
final class Invocation {
    private static final long BACKUP_TIMEOUT = 500 * Timeline.MILLI;
    private static final long CALL_TIMEOUT = 8 * Timeline.SECOND;
    private static final long ANSWER_LOST_TIMEOUT = Timeline.SECOND;
    private static final long MEMBER_LEFT_DELAY = 1_111 * Timeline.MILLI;

    private final Grid grid;
    private final Member caller;
    private final int partition;
    private final Op op;
    private final CompletableFuture<Object> result = new CompletableFuture<>();
    private final Set<Member> confirmed = new HashSet<>();
    private Optional<Member> target = Optional.empty();
    private int attempt;
    private int expected = -1;
    private @Nullable Object reply;
    private boolean done;

    Invocation(Grid grid, Member caller, int partition, Op op) {
        this.grid = grid;
        this.caller = caller;
        this.partition = partition;
        this.op = op;
    }

    CompletableFuture<Object> start() {
        caller.pending.add(this);
        send();
        return result;
    }

    private void send() {
        attempt++;
        confirmed.clear();
        expected = -1;
        target = caller.view.owner(partition);
        int mine = attempt;
        if (target.isEmpty()) {
            sendAgain(mine, grid.dice.between(50, 100) * Timeline.MILLI);
            return;
        }
        Member owner = target.get();
        if (owner == caller) {
            grid.timeline.in(grid.dice.between(5, 25), caller.machine, () -> onOwner(owner, mine));
        } else {
            grid.wires.send(caller, owner, () -> onOwner(owner, mine));
        }
        grid.timeline.in(CALL_TIMEOUT, caller.machine, () -> timedOut(mine));
    }

    private void timedOut(int of) {
        if (of == attempt && expected < 0) {
            fail(new OperationTimeoutException("no answer"));
        }
    }

    private void sendAgain(int of, long after) {
        grid.timeline.in(after, caller.machine, () -> {
            if (of == attempt && !done) {
                send();
            }
        });
    }

    private void onOwner(Member owner, int of) {
        if (!owner.owns(partition)) {
            answer(owner, () -> sendAgain(of, grid.dice.between(10, 60) * Timeline.MILLI));
            return;
        }
        Op.Done executed;
        try {
            executed = op.onOwner(owner, owner.copy(partition), owner == caller);
        } catch (RuntimeException thrown) {
            answer(owner, () -> fail(thrown));
            return;
        }
        grid.executed(owner, partition);
        List<Member> copies = executed.follow().isEmpty() ? List.of() : grid.told(owner, partition);
        int told = 0;
        Optional<Fault.Kind> dies = executed.follow().isEmpty() ? Optional.empty() : grid.diesNow(owner);
        for (Member copy : copies) {
            boolean first =
                    dies.filter(kind -> kind == Fault.Kind.DIE_AFTER_ONE_COPY).isPresent() && told == 0;
            if (dies.isEmpty() || first || dies.get() == Fault.Kind.DIE_BEFORE_ANSWER) {
                tell(owner, copy, executed.follow().orElseThrow(), of);
            }
            told++;
        }
        if (dies.isPresent()) {
            grid.die(owner);
        } else if (owner != caller && grid.weather.strikes(Fault.Kind.ANSWER_LOST)) {
            grid.timeline.in(ANSWER_LOST_TIMEOUT, caller.machine, () -> timedOut(of));
        } else {
            answer(owner, () -> answered(executed.reply(), copies.size(), of));
        }
    }

    private void tell(Member owner, Member copy, BiConsumer<Member, Member.Copy> follow, int of) {
        if (grid.weather.strikes(Fault.Kind.COPY_LOST)) {
            grid.syncLater(owner, copy, partition);
            return;
        }
        grid.wires.send(owner, copy, () -> {
            try {
                follow.accept(copy, copy.copy(partition));
            } catch (RuntimeException stale) {
                grid.trace.say(
                        copy.machine, () -> "copy of partition " + partition + " refuses: " + stale.getMessage());
                grid.syncLater(owner, copy, partition);
                return;
            }
            if (!grid.weather.strikes(Fault.Kind.CONFIRMATION_LOST)) {
                if (copy == caller) {
                    confirm(copy, of);
                } else {
                    grid.wires.send(copy, caller, () -> confirm(copy, of));
                }
            }
        });
    }

    private void answer(Member owner, Runnable arrival) {
        if (owner == caller) {
            arrival.run();
        } else {
            grid.wires.send(owner, caller, arrival);
        }
    }

    private void answered(@Nullable Object answer, int copies, int of) {
        if (of != attempt || done) {
            return;
        }
        reply = answer;
        expected = copies;
        settle();
        if (!done) {
            grid.timeline.in(BACKUP_TIMEOUT, caller.machine, () -> {
                if (of == attempt) {
                    fail(new IndeterminateOperationStateException("a copy did not confirm"));
                }
            });
        }
    }

    private void confirm(Member copy, int of) {
        if (of == attempt) {
            confirmed.add(copy);
            settle();
        }
    }

    private void settle() {
        if (!done && expected >= 0 && confirmed.size() >= expected) {
            done = true;
            caller.pending.remove(this);
            result.complete(reply);
        }
    }

    private void fail(RuntimeException failure) {
        if (!done) {
            done = true;
            caller.pending.remove(this);
            result.completeExceptionally(failure);
        }
    }

    /** The caller learned that a member left: what was asked of it may have been done or not. Hazelcast lets that rest for a while. */
    void memberLeft(Member gone) {
        int mine = attempt;
        grid.timeline.in(MEMBER_LEFT_DELAY, caller.machine, () -> {
            if (mine == attempt
                    && !done
                    && expected < 0
                    && target.filter(owner -> owner == gone).isPresent()) {
                memberIsGone();
            }
        });
    }

    private void memberIsGone() {
        if (grid.dice.chance(30)) {
            // Hazelcast's own repetition, which the processor can't tell from the first time.
            send();
        } else {
            fail(new IndeterminateOperationStateException("the owner left"));
        }
    }
}
