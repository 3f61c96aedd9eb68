package dev.sessionmesh.cluster.agreement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** One node and hand-made messages: the rules of voting that the cluster's safety rests on. */
final class VotingTest {
    private static final View VIEW = View.first("l", List.of("a", "b", "c"));
    private static final View NEXT = VIEW.next(List.of("a", "b", "c", "d"));

    private long numbers;

    @Test
    void a_vote_is_on_the_disk_before_it_is_told() {
        var b = node("b", "abc");
        var promise = b.on(1, from("a", "abc", new ViewMessage.Prepare(VIEW, ballot(5))));
        assertInstanceOf(Output.Persist.class, promise.getFirst());
        assertInstanceOf(ViewMessage.Promise.class, sent(promise).getFirst());

        var accepted = b.on(1, from("a", "abc", new ViewMessage.Accept(VIEW, ballot(5), NEXT)));
        var saved = assertInstanceOf(Output.Persist.class, accepted.getFirst());
        assertEquals(NEXT, saved.remembered().vote().accepted());
        assertInstanceOf(ViewMessage.Accepted.class, sent(accepted).getFirst());
    }

    @Test
    void a_lower_ballot_is_refused_also_after_a_restart() {
        var b = node("b", "abc");
        var saved = (Output.Persist) b.on(1, from("a", "abc", new ViewMessage.Prepare(VIEW, ballot(5))))
                .getFirst();
        var restarted = node("b", "abc", saved.remembered());
        for (var node : List.of(b, restarted)) {
            refuses(node, new ViewMessage.Prepare(VIEW, ballot(4)));
            refuses(node, new ViewMessage.Accept(VIEW, ballot(4), NEXT));
        }
    }

    @Test
    void nobody_votes_for_a_proposer_with_another_member_list() {
        var b = node("b", "abc");
        for (var message :
                List.of(new ViewMessage.Prepare(VIEW, ballot(5)), new ViewMessage.Accept(VIEW, ballot(5), NEXT))) {
            assertInstanceOf(
                    ViewMessage.Status.class,
                    sent(b.on(1, from("a", "ab", message))).getFirst());
        }
    }

    @Test
    void nobody_votes_on_a_view_that_was_followed_already() {
        var b = node("b", "abc", new Remembered(NEXT, Vote.NONE, NEXT.names(), new TreeSet<>()));
        refuses(b, new ViewMessage.Prepare(VIEW, ballot(5)));
        refuses(b, new ViewMessage.Accept(VIEW, ballot(5), VIEW.next(List.of("a"))));
    }

    @Test
    void a_view_is_decided_when_everybody_present_accepted_and_not_before() {
        var a = node("a", "abcd");
        var asked = new ArrayList<Output>();
        for (var peer : List.of("b", "c", "d")) {
            asked.addAll(a.on(1, from(peer, "abcd", status(peer.equals("d") ? View.NONE : VIEW))));
        }
        var prepare = only(asked, ViewMessage.Prepare.class);
        var accept = lastOf(
                "bcd", peer -> a.on(1, from(peer, "abcd", new ViewMessage.Promise(prepare.ballot(), Vote.NONE))));
        assertEquals(NEXT, only(accept, ViewMessage.Accept.class).proposed());
        assertEquals(VIEW, a.view());
        lastOf("bcd", peer -> {
            assertEquals(VIEW, a.view());
            return a.on(1, from(peer, "abcd", new ViewMessage.Accepted(prepare.ballot())));
        });
        assertEquals(NEXT, a.view());
    }

    @Test
    void a_proposer_takes_over_what_may_have_been_decided() {
        var a = node("a", "abcd");
        var asked = new ArrayList<Output>();
        for (var peer : List.of("b", "c", "d")) {
            asked.addAll(a.on(1, from(peer, "abcd", status(VIEW))));
        }
        var prepare = only(asked, ViewMessage.Prepare.class);
        var other = VIEW.next(List.of("a", "b", "c", "x", "y"));
        var older = VIEW.next(List.of("a", "z"));
        var accept = lastOf(
                "bcd",
                peer -> a.on(
                        1,
                        from(
                                peer,
                                "abcd",
                                new ViewMessage.Promise(
                                        prepare.ballot(),
                                        switch (peer) {
                                            case "b" -> Vote.NONE.accept(new Ballot(0, "y"), other);
                                            case "c" -> Vote.NONE.accept(new Ballot(0, "x"), older);
                                            default -> Vote.NONE;
                                        }))));
        assertEquals(other, only(accept, ViewMessage.Accept.class).proposed());
    }

    private interface Step {
        List<Output> of(String peer);
    }

    /** Nothing may come of the first answers; what comes of the last. */
    private static List<Output> lastOf(String peers, Step step) {
        List<Output> last = List.of();
        for (var peer : peers.split("")) {
            assertTrue(sent(last).stream().noneMatch(ViewMessage.Accept.class::isInstance), "too early");
            last = step.of(peer);
        }
        return last;
    }

    @Test
    void whoever_has_not_written_down_the_list_it_has_is_not_settled_on_it() {
        var a = node("a", "ab");
        a.on(1, from("b", "ab", status(VIEW)));
        assertTrue(a.hasQuorum());
        assertFalse(a.standing().isSettled());
        var noted = new Remembered(VIEW, Vote.NONE, new TreeSet<>(List.of("a", "b")), new TreeSet<>());
        a.on(1, from("b", "ab", status(noted)));
        assertTrue(a.standing().isSettled());
    }

    private void refuses(AgreedView node, ViewMessage message) {
        var outputs = node.on(1, from("a", "abc", message));
        assertEquals(1, outputs.size(), outputs.toString());
        assertInstanceOf(ViewMessage.Status.class, sent(outputs).getFirst());
    }

    private static AgreedView node(String name, String list) {
        return node(name, list, new Remembered(VIEW, Vote.NONE, VIEW.names(), new TreeSet<>()));
    }

    private static AgreedView node(String name, String list, Remembered remembered) {
        var lease = Duration.ofSeconds(9);
        var node = new AgreedView(new AgreementSettings(name, 3, lease, lease, lease, () -> "l"), remembered);
        node.on(
                0,
                new Input.Membership(
                        name + 1,
                        Arrays.stream(list.split(""))
                                .map(member -> new Input.Member(member, member + 1))
                                .toList()));
        return node;
    }

    private Input from(String name, String list, ViewMessage message) {
        SortedMap<String, String> present = new TreeMap<>();
        for (var member : list.split("")) {
            present.put(member, member + 1);
        }
        return new Input.Received(new Envelope(name, name + 1, ++numbers, present, message));
    }

    private static ViewMessage status(View view) {
        return status(new Remembered(view, Vote.NONE, view.names(), new TreeSet<>()));
    }

    private static ViewMessage status(Remembered remembered) {
        return new ViewMessage.Status(remembered, false, false, false, 0, new TreeMap<>());
    }

    private static Ballot ballot(long round) {
        return new Ballot(round, "a");
    }

    private static List<ViewMessage> sent(List<Output> outputs) {
        return outputs.stream()
                .filter(Output.Send.class::isInstance)
                .map(output -> ((Output.Send) output).envelope().message())
                .toList();
    }

    private static <T extends ViewMessage> T only(List<Output> outputs, Class<T> kind) {
        var found =
                sent(outputs).stream().filter(kind::isInstance).map(kind::cast).toList();
        assertEquals(1, found.size(), outputs.toString());
        return found.getFirst();
    }
}
