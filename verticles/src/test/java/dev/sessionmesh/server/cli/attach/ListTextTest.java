package dev.sessionmesh.server.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.Inbox;
import dev.sessionmesh.client.PendingApproval;
import dev.sessionmesh.client.Presence;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListTextTest {
    private static final Optional<String> NONE = Optional.empty();

    @Test
    void the_inbox_says_in_which_session_what_waits_and_how_much_more() {
        Frame.Terms terms =
                new Frame.Terms("ab", Optional.of("over 500"), Optional.of("ann"), 2, List.of(), true, NONE);
        PendingApproval refund = new PendingApproval(
                "t1",
                "k1",
                "refund",
                Optional.of(7),
                Optional.empty(),
                terms,
                List.of("bob"),
                List.of(),
                List.of(),
                Optional.of("noon"));
        assertEquals(
                List.of(
                        "s2: k1 refund 7; over 500; 2 people have to approve; not for ann; approved by bob; until noon",
                        "and 3 more"),
                ListText.of(new Inbox(List.of(new Inbox.Entry("s2", "then", refund)), 3))
                        .toList());
        assertEquals(List.of(), ListText.of(Inbox.EMPTY).toList());
    }

    @Test
    void who_is_here_are_people_and_the_agent_then_those_who_left() {
        Optional<String> phone = Optional.of("phone");
        Presence presence = new Presence(
                "s1",
                true,
                List.of(
                        new Presence.Attendee(
                                "a",
                                "ann",
                                "person",
                                phone,
                                NONE,
                                NONE,
                                true,
                                Optional.of("§ 3"),
                                Optional.of("hi"),
                                0),
                        new Presence.Attendee("t1", "n2", "agent", NONE, NONE, NONE, false, NONE, NONE, 0)),
                List.of(
                        new Presence.Departed("b", Optional.of("bob"), NONE, Optional.of("noon"), 0),
                        new Presence.Departed("c", NONE, NONE, NONE, 0)),
                4,
                true);
        assertEquals(
                List.of(
                        "ann on a phone, typing, looks at § 3, says: hi",
                        "the agent runs t1 on n2",
                        "and 4 more",
                        "bob left, last seen noon",
                        "some node did not answer in time: others may be here"),
                ListText.of(presence).toList());
    }
}
