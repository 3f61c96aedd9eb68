package dev.sessionmesh.archive;

import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.trace.About;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is said of sessions apart from what they are: by what they are found, and when somebody must look after them. */
final class Index {
    private static final Logger LOG = LoggerFactory.getLogger(Index.class);
    /** A turn that should be running is looked after so soon after its last event, if by then nobody runs it. */
    static final long RUNNING_MILLIS = 15_000;
    /** So often a waiting one is, as those who are asked look for it in the memory. */
    static final long WAITING_MILLIS = 60_000;

    private static final long NEAR_MILLIS = 5_000;
    private static final long LISTED_MILLIS = 10_000;
    static final String IDLE = "idle";

    private final Archive archive;
    private final Session machine;
    private final InstantSource clock;
    private final Desk desk;

    Index(Context context, Session machine) {
        this.archive = context.archive();
        this.machine = machine;
        this.clock = context.clock();
        this.desk = context.desk();
    }

    /** Says when somebody must look, if that is not what was said last. */
    CompletionStage<?> schedule(Track track, State state) {
        long at = lookAt(state);
        boolean same = at == track.scheduled
                || (at != Long.MAX_VALUE
                        && track.scheduled != Long.MAX_VALUE
                        && track.scheduled <= at
                        && at - track.scheduled < NEAR_MILLIS);
        if (same) {
            return CompletableFuture.completedStage(true);
        }
        return archive.schedule(track.key, at).thenRun(() -> desk.run(() -> track.scheduled = at));
    }

    /** Says when somebody must look next, whatever was said before. */
    CompletionStage<?> scheduleAnew(Track track, State state) {
        track.scheduled = Long.MIN_VALUE;
        return schedule(track, state);
    }

    private long lookAt(State state) {
        Optional<Turn> turn = state.current();
        if (turn.isEmpty()) {
            return Long.MAX_VALUE;
        }
        boolean runs =
                turn.get().status() == TurnStatus.IN_PROGRESS || turn.get().queued();
        return Math.min(machine.nextDeadline(state), clock.millis() + (runs ? RUNNING_MILLIS : WAITING_MILLIS));
    }

    /** Says by what it is found, if that has changed, or was said long ago. */
    void list(Track track, State state, boolean asleep) {
        Listed now = listed(track, state, asleep, 0);
        boolean near = track.listed
                        .filter(before -> before.state().equals(now.state())
                                && before.users().equals(now.users())
                                && before.asleep() == asleep)
                        .isPresent()
                && desk.millis() - track.listedAt < LISTED_MILLIS;
        if (near) {
            return;
        }
        track.listed = Optional.of(now);
        track.listedAt = desk.millis();
        desk.bring(
                archive.index(now),
                (done, failure) -> failure.ifPresent(passing -> {
                    About.of(track.key).debug(LOG).log("session is not listed yet: {}", passing.toString());
                    track.listed = Optional.empty();
                }));
    }

    /** @param bytes that the log takes in the archive, or 0 */
    static Listed listed(Track track, State state, boolean asleep, long bytes) {
        return new Listed(
                state.key(),
                track.users,
                state.current().map(current -> current.status().wire()).orElse(IDLE),
                state.profile().metadata(),
                state.createdAt(),
                state.lastAt(),
                state.head(),
                asleep,
                bytes);
    }
}
