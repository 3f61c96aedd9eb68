package dev.sessionmesh.cluster.agreement;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One node's side of the agreement on the cluster's membership; the package page has the protocol and its proof.
 *
 * <p>Not thread-safe: one thread feeds it, and carries the outputs out in order.
 */
public final class AgreedView {
    private final AgreementSettings settings;
    private final Peers peers;
    private final Map<String, Long> absentSince = new HashMap<>();
    private final Set<String> left = new HashSet<>();
    private List<Output> outputs = new ArrayList<>();
    private Remembered remembered;
    private @Nullable Round round;
    private long now;
    private long envelopes;
    private long highestRound;
    private boolean partitionsSafe;
    private boolean leaving;
    private boolean leaveSettled;
    /** Whether it has not belonged to a majority since it was started. */
    private boolean empty = true;

    private boolean waitsForMemory;

    public AgreedView(AgreementSettings settings, Remembered remembered) {
        this.settings = settings;
        this.peers = new Peers(settings.self(), settings.lease());
        this.remembered = remembered;
        this.highestRound = remembered.vote().promised().round();
    }

    /** @param nowMillis any clock that never goes back */
    public List<Output> on(long nowMillis, Input input) {
        now = nowMillis;
        outputs = new ArrayList<>();
        switch (input) {
            case Input.Membership membership -> membershipChanged(membership);
            case Input.Received received -> received(received.envelope());
            case Input.Tick tick -> ticked(tick);
            case Input.Woke() -> {
                peers.woke();
                round = null;
                broadcast(status(true));
            }
            case Input.Merged() -> {
                peers.mute();
                noteTakers();
            }
            case Input.Leave() -> {
                leaving = true;
                broadcast(status(false));
            }
            case Input.Forget forget -> forget(forget.name());
        }
        decideWhatIsDue();
        return outputs;
    }

    public View view() {
        return remembered.view();
    }

    /** Somebody of the view is away: whether the partitions are safe matters now. */
    public boolean waitsForSomebody() {
        return !absentSince.isEmpty();
    }

    /**
     * May this node write? It takes a majority of the agreed view, and of every view that may have been agreed since as
     * far as anybody we count has told us. The answer is for the time of the last input.
     */
    public boolean hasQuorum() {
        return standing().hasQuorum();
    }

    /** What the answer rests on. */
    public Standing standing() {
        if (peers.superseded() || view().isNone()) {
            return Standing.NONE;
        }
        var views = Stream.concat(Stream.of(view()), successors()).distinct().toList();
        var present = peers.present();
        var counted = peers.counted(now).stream().collect(toMap(name -> present.getOrDefault(name, ""), name -> name));
        var memories = peers.empty();
        if (empty) {
            memories.put(settings.self(), remembered);
        }
        var companies = memories.entrySet().stream()
                .collect(toMap(
                        Map.Entry::getKey, one -> Set.copyOf(one.getValue().company())));
        var takers =
                memories.values().stream().flatMap(one -> one.takers().stream()).collect(toSet());
        // Where nobody has a memory those who are missing might; but not for ever, unless somebody surely has.
        var givenUp = absentSince.keySet().stream()
                .filter(name -> takers.isEmpty() && heldDown(name))
                .collect(toSet());
        return new Standing(views, counted, peers.alike(now), companies, takers, givenUp);
    }

    /** The views that may have been agreed after ours, as far as we know. */
    private Stream<View> successors() {
        return Stream.concat(Stream.of(remembered), peers.statuses().map(ViewMessage.Status::remembered))
                .filter(known -> known.view().equals(view()) && known.vote().isOpen())
                .map(known -> known.vote().accepted());
    }

    private void membershipChanged(Input.Membership membership) {
        var announced = peers.names().stream().filter(peers::isLeaving).toList();
        peers.update(membership);
        round = null;
        announced.stream().filter(name -> !peers.names().contains(name)).forEach(left::add);
        noteAbsences();
        if (peers.isMute()) {
            noteTakers();
        } else {
            noteCompany(); // before others hear that this node has the new list
        }
        broadcast(status(true));
    }

    /** Before anything is written in this company it is on the disk. */
    private boolean noteCompany() {
        var news = !peers.isMute()
                && hasQuorum()
                && (empty || !remembered.company().equals(peers.names()));
        if (news) {
            empty = false;
            remember(remembered.among(peers.names()));
        }
        return news;
    }

    /** What this node had goes to the side that it is merged into. */
    private void noteTakers() {
        remember(remembered.mergedInto(peers.names()));
    }

    private void noteAbsences() {
        left.removeAll(peers.names());
        left.retainAll(view().names());
        absentSince
                .keySet()
                .removeIf(
                        name -> peers.names().contains(name) || !view().names().contains(name));
        for (var name : view().names()) {
            if (!peers.names().contains(name)) {
                absentSince.putIfAbsent(name, now);
            }
        }
    }

    private void ticked(Input.Tick tick) {
        partitionsSafe = tick.partitionsSafe();
        if (round != null && now - round.askedAt() >= settings.retry().toMillis()) {
            if (highestRound > round.ballot().round()) {
                round = null; // somebody has promised more to another
            } else {
                broadcast(round.ask(now));
            }
        }
        broadcast(status(!peers.allHeard(now)));
    }

    private void received(Envelope envelope) {
        if (peers.superseded() || !peers.knows(envelope)) {
            return; // repeated by the sender's next tick, when both have the same member list
        }
        switch (envelope.message()) {
            case ViewMessage.Status status -> heardStatus(envelope, status);
            case ViewMessage.Prepare prepare -> {
                if (mayVote(envelope, prepare.base(), prepare.ballot())) {
                    var before = remembered.vote();
                    remember(remembered.with(view(), before.promise(prepare.ballot())));
                    answer(envelope, new ViewMessage.Promise(prepare.ballot(), before));
                }
            }
            case ViewMessage.Accept accept -> {
                if (mayVote(envelope, accept.base(), accept.ballot())) {
                    acceptLocally(accept.ballot(), accept.proposed());
                    answer(envelope, new ViewMessage.Accepted(accept.ballot()));
                }
            }
            case ViewMessage.Promise promise -> {
                if (round != null && round.ballot().equals(promise.ballot())) {
                    promised(round, envelope.from(), promise.before());
                }
            }
            case ViewMessage.Accepted accepted -> {
                if (round != null && round.ballot().equals(accepted.ballot())) {
                    accepted(round, envelope.from());
                }
            }
        }
    }

    private void heardStatus(Envelope envelope, ViewMessage.Status status) {
        if (!peers.note(envelope, status, now)) {
            return;
        }
        highestRound =
                Math.max(highestRound, status.remembered().vote().promised().round());
        learn(status.remembered().view());
        if (status.answer()) {
            answer(envelope, status(false));
        }
    }

    /** Refusals are told by our status: it carries the later view or the higher ballot that stands in the way. */
    private boolean mayVote(Envelope envelope, View base, Ballot ballot) {
        highestRound = Math.max(highestRound, ballot.round());
        learn(base);
        var free = envelope.sawExactly(peers.present())
                && view().equals(base)
                && ballot.compareTo(remembered.vote().promised()) >= 0;
        if (!free) {
            answer(envelope, status(false));
        }
        return free;
    }

    private void learn(View other) {
        if (other.outranks(view())) {
            adopt(other);
        }
    }

    private void adopt(View view) {
        var before = view();
        if (!before.isNone() && !before.lineage().equals(view.lineage())) {
            warn("foreign_view", "this node belonged to another cluster: gives up " + before + " for " + view);
        }
        round = null;
        // Who remembers nothing takes everybody for its company.
        var known = before.isNone()
                ? remembered.among(view.names())
                : view.term() > before.term() ? remembered.waitingForNobody() : remembered;
        remember(known.with(view, Vote.NONE));
        noteAbsences();
        outputs.add(new Output.ViewChanged(before, view));
        broadcast(status(false));
    }

    private void decideWhatIsDue() {
        if (noteCompany()) {
            broadcast(status(false));
        }
        noteWaiting();
        if (!peers.superseded()) {
            if (isProposer() && round == null) {
                if (view().isNone()) {
                    formFirstView();
                } else {
                    propose();
                }
            }
            settleLeave();
        }
    }

    private void noteWaiting() {
        var awaited = peers.allHeard(now) ? standing().awaited() : Set.<String>of();
        if (!awaited.isEmpty() && !waitsForMemory) {
            warn(
                    "memory_awaited",
                    new TreeSet<>(standing().empty().keySet())
                            + " came back empty, and who is here may not know what they knew. Nothing is written before"
                            + " somebody is back who does, or all are. Missing: " + awaited
                            + "; if they never come, an operator has to say so (forget)");
        }
        waitsForMemory = !awaited.isEmpty();
    }

    private boolean isProposer() {
        return settings.self().equals(peers.oldestFirst().getFirst()) && peers.allHeard(now);
    }

    private void formFirstView() {
        var enough = peers.names().size() >= settings.initialMembers()
                && peers.names().size() <= View.NAMES_MAX;
        if (enough
                && peers.statuses()
                        .allMatch(status -> status.remembered().view().isNone())) {
            adopt(View.first(settings.lineages().get(), peers.names()));
        }
    }

    private void propose() {
        var wanted = wanted();
        var nothingToDo =
                wanted.equals(view().names()) && successors().findAny().isEmpty();
        if (nothingToDo || !standing().isMajority(view(), peers.counted(now))) {
            return;
        }
        var before = remembered.vote();
        var ballot = new Ballot(++highestRound, settings.self());
        var started = new Round(view(), ballot, peers.present(), wanted);
        round = started;
        remember(remembered.with(view(), before.promise(ballot)));
        broadcast(started.ask(now));
        promised(started, settings.self(), before);
    }

    private void promised(Round current, String from, Vote before) {
        if (remembered.vote().promised().compareTo(current.ballot()) > 0) {
            round = null; // we promised another proposer meanwhile
        } else if (current.promised(from, before)) {
            acceptLocally(current.ballot(), current.propose());
            broadcast(current.ask(now));
            accepted(current, settings.self());
        }
    }

    private void acceptLocally(Ballot ballot, View proposal) {
        remember(remembered.with(view(), remembered.vote().accept(ballot, proposal)));
    }

    private void accepted(Round current, String from) {
        // Our own vote may have gone to a higher ballot meanwhile; then that one finishes what this one decided.
        if (current.accepted(from) && remembered.vote().acceptedAt().equals(current.ballot())) {
            adopt(remembered.vote().accepted());
        }
    }

    private SortedSet<String> wanted() {
        var going = peers.names().stream().filter(peers::isLeaving).collect(toCollection(TreeSet::new));
        if (leaving) {
            going.add(settings.self());
        }
        return new Succession(view(), peers.oldestFirst(), going, left, this::hasExpired).names();
    }

    private boolean hasExpired(String name) {
        return partitionsSafe && heldDown(name);
    }

    private boolean heldDown(String name) {
        return now - absentSince.getOrDefault(name, now) >= settings.holdDown().toMillis();
    }

    private void settleLeave() {
        var settled = !hasQuorum() || (round == null && wanted().equals(view().names()));
        if (leaving && !leaveSettled && settled) {
            leaveSettled = true;
            outputs.add(new Output.LeaveSettled());
        }
    }

    private void forget(String name) {
        if (!view().names().contains(name) && !standing().takers().contains(name)) {
            refuse("unknown_member", name + " is not in " + view());
        } else if (peers.names().contains(name)) {
            refuse("member_present", name + " is present: stop it first, or let it leave");
        } else {
            var rest = new TreeSet<>(view().names());
            rest.remove(name);
            warn("view_forced", "an operator forgot " + name + " from " + view() + "; what only it had is lost");
            adopt(view().forced(rest.isEmpty() ? peers.names() : rest));
        }
    }

    private void refuse(String code, String text) {
        outputs.add(new Output.Refused(code, text));
    }

    private void warn(String code, String text) {
        outputs.add(new Output.Warn(code, text));
    }

    private void remember(Remembered news) {
        remembered = news;
        outputs.add(new Output.Persist(news));
    }

    private ViewMessage status(boolean answer) {
        return peers.statusOf(remembered, empty, leaving, answer);
    }

    private void broadcast(ViewMessage message) {
        send(peers.others(), message);
    }

    private void answer(Envelope envelope, ViewMessage message) {
        send(List.of(envelope.from()), message);
    }

    private void send(List<String> to, ViewMessage message) {
        if (!to.isEmpty() && !peers.superseded() && !peers.isMute()) {
            var envelope = new Envelope(settings.self(), peers.incarnation(), ++envelopes, peers.present(), message);
            outputs.add(new Output.Send(to, envelope));
        }
    }
}
