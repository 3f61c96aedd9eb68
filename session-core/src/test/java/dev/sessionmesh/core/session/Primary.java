package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.log.EventBatch;
import java.util.ArrayList;
import java.util.List;

/** A session's primary copy, the backup that only applies its changes, and the log: driven by hand, on a clock of its own. */
public final class Primary {
    private final Session session;
    private final State created;
    private final List<EventBatch> log = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private State state;
    private State backup;
    private long now = Words.START;

    public Primary(Limits limits) {
        this(limits, Words.PROFILE);
    }

    public Primary(Limits limits, Profile profile) {
        this.session = new Session(limits);
        this.created = State.create(Words.KEY, profile, 7, now);
        this.state = created;
        this.backup = created;
    }

    public Decision submit(Act act) {
        now += act.laterMs();
        return submit(act.envelope(state.key(), now));
    }

    public Decision submit(Envelope envelope) {
        return carriedOut(envelope, session.decide(state, envelope));
    }

    /** The command comes to a copy that has just lost its writer. */
    Decision submitAfterLoss(Act act, long history) {
        now += act.laterMs();
        Envelope envelope = act.envelope(state.key(), now);
        return carriedOut(envelope, session.decide(state, envelope, new Event.Forked(history)));
    }

    private Decision carriedOut(Envelope envelope, Decision decision) {
        if (decision instanceof Decision.Accepted(List<Event> events)) {
            Change change = Change.of(state, envelope, events);
            if (!events.isEmpty()) {
                log.add(new EventBatch(state.head() + 1, change.at(), events));
            }
            changes.add(change);
            state = session.apply(state, change);
            backup = session.apply(backup, change);
        }
        return decision;
    }

    public Session session() {
        return session;
    }

    public State created() {
        return created;
    }

    public State state() {
        return state;
    }

    public State backup() {
        return backup;
    }

    public List<EventBatch> log() {
        return log;
    }

    public List<Change> changes() {
        return changes;
    }

    public long now() {
        return now;
    }
}
