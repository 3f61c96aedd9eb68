package dev.sessionmesh.cluster.agreement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AgreedViewTest {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = ViewLab.HOLD_DOWN.plusSeconds(1);

    private static ViewLab three() {
        return new ViewLab(3).together("a", "b", "c");
    }

    @Test
    void the_first_view_waits_for_the_initial_members() {
        var lab = new ViewLab(3).together("a", "b").passes(LONG, true);
        assertEquals(Set.of(), lab.quorate());
        lab.together("a", "b", "c");
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
        assertEquals(Set.of("a", "b", "c"), lab.view("c"));
    }

    @Test
    void a_single_node_forms_itself_and_grows_by_joiners() {
        var lab = new ViewLab(1).together("a");
        assertEquals(Set.of("a"), lab.quorate());
        lab.together("a", "b");
        assertEquals(Set.of("a", "b"), lab.view("b"));
        lab.together("a", "b", "c", "d");
        assertEquals(Set.of("a", "b", "c", "d"), lab.view("d"));
        assertEquals(Set.of("a", "b", "c", "d"), lab.quorate());
    }

    @Test
    void one_of_three_away_keeps_quorum_and_the_view_however_long() {
        var lab = three().crash("c").together("a", "b").passes(LONG, true);
        assertEquals(Set.of("a", "b"), lab.quorate());
        assertEquals(Set.of("a", "b", "c"), lab.view("a"));
    }

    @Test
    void two_of_three_away_stops_writing_until_one_returns_under_its_old_name() {
        var lab = three().crash("b", "c").together("a").passes(LONG, true);
        assertEquals(Set.of(), lab.quorate());
        lab.together("a", "b");
        assertEquals(Set.of("a", "b"), lab.quorate());
        assertEquals(Set.of("a", "b", "c"), lab.view("b"));
    }

    @Test
    void a_stranger_does_not_replace_a_lost_majority() {
        var lab = three().crash("b", "c").together("a", "d", "e", "f").passes(LONG, true);
        assertEquals(Set.of(), lab.quorate());
        assertEquals(Set.of("a", "b", "c"), lab.view("f"));
    }

    @Test
    void the_minority_of_a_cut_stops_and_the_majority_goes_on() {
        var lab = new ViewLab(5).together("a", "b", "c", "d", "e");
        lab.together("a", "b").together("c", "d", "e");
        assertEquals(Set.of("c", "d", "e"), lab.quorate());
        lab.together("c", "d", "e", "a", "b");
        assertEquals(Set.of("a", "b", "c", "d", "e"), lab.quorate());
    }

    /** With it the two others would be a majority until it ends, and without it another one could be found that knows nothing of what they took. */
    @Test
    void a_node_that_is_merged_counts_for_nobody() {
        var lab = new ViewLab(5).together("a", "b", "c", "d", "e");
        lab.together("a", "b").together("c", "d").together("e");
        lab.merging("e").together("c", "d", "e").passes(SHORT, true);
        assertEquals(Set.of(), lab.quorate());
    }

    @Test
    void a_node_that_comes_back_empty_does_not_count_beside_those_who_missed_its_last_majority() {
        var lab = three().together("b", "c").together("a");
        assertEquals(Set.of("b", "c"), lab.quorate());
        lab.crash("c").together("b").together("a", "c").passes(LONG, true);
        assertEquals(Set.of(), lab.quorate());
        assertTrue(lab.warned("memory_awaited"));
        lab.together("b", "c");
        assertEquals(Set.of("b", "c"), lab.quorate());
    }

    @Test
    void it_counts_beside_one_who_was_there() {
        var lab = new ViewLab(5).together("a", "b", "c", "d", "e");
        lab.together("a", "b", "c").together("d", "e");
        lab.crash("b").together("a", "c").together("a", "b", "d", "e");
        assertEquals(Set.of("a", "b", "d", "e"), lab.quorate());
    }

    /** As then whatever anybody took, and is not lost with its memory, was brought along. */
    @Test
    void or_when_everybody_is_there() {
        var lab = new ViewLab(5).together("a", "b", "c", "d", "e");
        lab.together("a", "b", "e").together("c", "d");
        assertEquals(Set.of("a", "b", "e"), lab.quorate());
        lab.together("a", "b").merging("e").together("a", "b", "e");
        lab.crash("e").together("c", "d", "e").passes(SHORT, true);
        assertEquals(Set.of(), lab.quorate());
        lab.merging("a", "b").together("c", "d", "e", "a", "b").passes(SHORT, true);
        assertEquals(Set.of(), lab.quorate());
        lab.crash("a", "b").together("c", "d", "e", "b").passes(SHORT, true);
        assertEquals(Set.of(), lab.quorate());
        lab.together("c", "d", "e", "b", "a");
        assertEquals(Set.of("a", "b", "c", "d", "e"), lab.quorate());
        lab.together("b", "e", "a").together("c", "d");
        assertEquals(Set.of("a", "b", "e"), lab.quorate());
    }

    @Test
    void started_anew_it_counts_as_soon_as_it_belongs_to_a_majority_of_others() {
        var lab = three();
        lab.together("a", "b").together("c");
        lab.merging("c").together("a", "b", "c").crash("c").together("a", "b");
        lab.together("a", "b", "c").passes(SHORT, true);
        lab.crash("b").together("a", "c").passes(SHORT, true);
        assertEquals(Set.of("a", "c"), lab.quorate());
    }

    @Test
    void where_no_side_had_the_majority_whoever_is_merged_counts_again_once_it_was_started_anew() {
        var lab = new ViewLab(5).together("a", "b", "c", "d", "e");
        lab.together("a", "b").together("c", "d").together("e");
        lab.crash("e")
                .merging("a", "b")
                .crash("a", "b")
                .together("c", "d", "a", "b")
                .passes(SHORT, true);
        assertEquals(Set.of("a", "b", "c", "d"), lab.quorate());
    }

    /** A node that is not in the view has what all who are had: d joined while c was away, and took a and b in. */
    private static ViewLab takenInByAStranger() {
        var lab = three().crash("c").together("a", "b", "d").together("a", "b").together("d");
        lab.merging("a", "b").together("d", "a", "b").crash("a", "b");
        return lab.together("a", "b", "c").passes(LONG, true);
    }

    @Test
    void whoever_was_merged_waits_for_those_who_took_it_in() {
        var lab = takenInByAStranger();
        assertEquals(Set.of(), lab.quorate());
        assertTrue(lab.warned("memory_awaited"));
        lab.together("a", "b", "c", "d");
        assertEquals(Set.of("a", "b", "c", "d"), lab.quorate());
    }

    @Test
    void unless_an_operator_says_that_they_are_gone() {
        var lab = takenInByAStranger().forget("a", "d");
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
    }

    @Test
    void an_operator_says_that_those_who_are_missing_are_not_waited_for() {
        var lab = new ViewLab(5).together("a", "b", "c", "d", "e");
        lab.together("a", "b", "e").together("c", "d");
        lab.crash("e")
                .merging("a", "b")
                .crash("a", "b")
                .together("c", "d", "a", "b")
                .passes(LONG, true);
        assertEquals(Set.of(), lab.quorate());
        lab.forget("c", "e");
        assertEquals(Set.of("a", "b", "c", "d"), lab.quorate());
    }

    @Test
    void a_majority_that_takes_a_merged_node_in_goes_on_and_so_does_what_it_owns() {
        var lab = three();
        lab.together("a", "b").together("c");
        lab.merging("c").together("a", "b", "c").passes(SHORT, true);
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
        lab.crash("b").together("a", "c").passes(SHORT, true);
        assertEquals(Set.of(), lab.quorate());
    }

    @Test
    void half_of_four_may_not_write() {
        var lab = new ViewLab(4).together("a", "b", "c", "d").together("a", "b").together("c", "d");
        assertEquals(Set.of(), lab.quorate());
    }

    @Test
    void crashed_nodes_lose_their_place_after_the_hold_down_when_that_lowers_the_majority() {
        var lab = new ViewLab(5).together("a", "b", "c", "d", "e");
        lab.crash("d", "e").together("a", "b", "c").passes(SHORT, true);
        assertEquals(5, lab.view("a").size(), "before the hold-down");
        lab.passes(LONG, false);
        assertEquals(5, lab.view("a").size(), "before the data is copied again");
        lab.passes(LONG, true);
        assertEquals(Set.of("a", "b", "c"), lab.view("a"));
        lab.crash("c").together("a", "b");
        assertEquals(Set.of("a", "b"), lab.quorate());
    }

    @Test
    void a_newcomer_replaces_a_crashed_member_after_the_hold_down() {
        var lab = three().crash("c").together("a", "b", "d").passes(SHORT, true);
        assertEquals(Set.of("a", "b", "c"), lab.view("d"));
        assertEquals(Set.of("a", "b", "d"), lab.quorate());
        lab.passes(LONG, true);
        assertEquals(Set.of("a", "b", "d"), lab.view("d"));
    }

    @Test
    void announced_leaves_shrink_at_once_when_that_lowers_the_majority() {
        var lab = three().leave("c");
        assertTrue(lab.has(Output.LeaveSettled.class));
        assertEquals(Set.of("a", "b", "c"), lab.view("a"), "two of three need two, as two of two would");
        lab.crash("c").together("a", "b").leave("b");
        assertEquals(Set.of("a"), lab.view("a"));
        lab.crash("b").together("a");
        assertEquals(Set.of("a"), lab.quorate());
    }

    @Test
    void a_leave_that_nobody_can_agree_to_is_settled_all_the_same() {
        var lab = three().crash("b", "c").together("a").leave("a");
        assertTrue(lab.has(Output.LeaveSettled.class));
    }

    @Test
    void an_operator_forgets_the_dead_one_by_one() {
        var lab = three().crash("b", "c").together("a").forget("a", "b");
        assertEquals(Set.of(), lab.quorate());
        lab.forget("a", "c");
        assertEquals(Set.of("a"), lab.quorate());
        assertTrue(lab.has(Output.Warn.class));
        lab.together("a", "b", "c");
        assertEquals(Set.of("a", "b", "c"), lab.view("b"), "the forced view outranks what they remember");
    }

    @Test
    void the_living_and_the_unknown_cannot_be_forgotten() {
        var lab = three().forget("a", "b").forget("a", "z");
        assertEquals(
                2, lab.outputs.stream().filter(Output.Refused.class::isInstance).count());
        assertEquals(Set.of("a", "b", "c"), lab.view("a"));
    }

    @Test
    void all_restart_from_their_disks_without_the_initial_members() {
        var lab = three().crash("a", "b", "c").together("b", "c", "a");
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
    }

    @Test
    void where_all_who_are_back_are_empty_they_wait_for_the_others_but_not_for_ever() {
        var lab = three().crash("a", "b", "c").together("b", "c").passes(SHORT, true);
        assertEquals(Set.of(), lab.quorate(), "a may live, and have all that they had");
        lab.passes(LONG, false);
        assertEquals(Set.of("b", "c"), lab.quorate());
    }

    @Test
    void unless_it_was_a_merge_that_emptied_them() {
        var lab = three().together("a").together("b").together("c");
        lab.merging("a", "c").together("b", "a", "c").passes(SHORT, true);
        lab.crash("a", "c").together("b").together("a", "c").passes(LONG, true);
        assertEquals(Set.of(), lab.quorate(), "b has what they had");
        lab.together("b", "a", "c");
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
    }

    @Test
    void its_company_is_on_a_nodes_disk_before_others_hear_that_it_has_their_list() {
        var lab = three();
        lab.outputs.clear();
        lab.sees("a", "a", "b");
        var saved = assertInstanceOf(Output.Persist.class, lab.outputs.getFirst());
        assertEquals(Set.of("a", "b"), saved.remembered().company());
        assertInstanceOf(Output.Send.class, lab.outputs.get(1));
    }

    @Test
    void an_empty_node_adopts_the_view_of_those_it_joins() {
        var lab = three().crash("c").loseDisk("c").together("a", "b").together("a", "b", "c");
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
        assertEquals(Set.of("a", "b", "c"), lab.view("c"));
    }

    @Test
    void the_smaller_of_two_clusters_gives_its_view_up() {
        var lab = new ViewLab(1).together("a", "b", "c").together("z");
        assertEquals(Set.of("a", "b", "c", "z"), lab.quorate(), "born apart, both write");
        lab.together("z", "a", "b", "c");
        assertEquals(Set.of("a", "b", "c", "z"), lab.view("z"));
        assertTrue(lab.outputs.stream()
                .anyMatch(output ->
                        output instanceof Output.Warn warn && warn.code().equals("foreign_view")));
    }

    @Test
    void a_view_that_may_have_been_agreed_needs_its_majority_too() {
        // d and e join; everybody accepts the view of five, but the news that it is decided reaches nobody.
        var lab = three().losing(message -> message instanceof ViewMessage.Accepted)
                .together("a", "b", "c", "d", "e");
        assertEquals(Set.of("a", "b", "c"), lab.view("b"));
        lab.together("a", "b").together("c", "d", "e");
        assertEquals(Set.of(), lab.quorate(), "to a and b the others may have decided it, and the others have not");
        lab.losing(message -> false).together("d", "e").together("a", "b", "c").passes(SHORT, true);
        assertEquals(Set.of("a", "b", "c", "d", "e"), lab.view("a"));
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
    }

    @Test
    void whoever_was_not_asked_learns_from_those_it_counts() {
        // b is cut off while a, c, d and e agree on a view of four; then a falls to b's side and d, e and c go on
        // alone.
        var lab = three().together("b").together("a", "c");
        lab.crash("b").passes(LONG, true).together("a", "c", "d", "e");
        assertEquals(Set.of("a", "c", "d", "e"), lab.quorate());
        var agreed = lab.view("e");
        lab.together("c", "d", "e").together("b", "a");
        assertEquals(agreed, lab.view("b"));
        assertEquals(Set.of("c", "d", "e"), lab.quorate());
    }

    @Test
    void two_majorities_that_share_a_node_are_not_both_settled() {
        var lab = new ViewLab(5).together("a", "b", "c", "d", "e");
        assertTrue(lab.standing("d").isSettled());
        // Each sees its neighbours on a ring: c is in the lists of both a and d, and sees what a does.
        for (var name : List.of("a", "b", "c")) {
            lab.sees(name, "a", "b", "c");
        }
        for (var name : List.of("d", "e")) {
            lab.sees(name, "c", "d", "e");
        }
        lab.talk();
        assertTrue(lab.standing("a").isSettled());
        assertTrue(lab.standing("d").hasQuorum(), "it heard from c a moment ago");
        assertFalse(lab.standing("d").isSettled());
        lab.passes(ViewLab.LEASE, true);
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
    }

    @Test
    void a_member_list_that_is_news_to_the_agreement_is_held_against_it() {
        var standing = three().standing("a");
        var incarnations = standing.counted().keySet();
        assertEquals(3, incarnations.size());
        assertTrue(standing.hasQuorumAmong(incarnations::contains));
        assertTrue(standing.hasQuorumAmong(one -> !one.startsWith("c")), "two of three");
        assertFalse(standing.hasQuorumAmong(one -> one.startsWith("a")), "both others are gone");
        assertFalse(Standing.NONE.hasQuorumAmong(one -> true));
    }

    @Test
    void a_present_node_that_has_not_spoken_does_not_count() {
        var lab = three().crash("b", "c").together("a").losing(message -> true).together("a", "b");
        assertEquals(Set.of(), lab.quorate());
        lab.losing(message -> false).passes(SHORT, true);
        assertEquals(Set.of("a", "b"), lab.quorate());
    }

    @Test
    void a_node_that_wakes_after_it_was_given_up_counts_nobody() {
        var lab = three().freeze("c");
        lab.passes(SHORT, true); // what a and b say meanwhile waits for c
        lab.dropFromListsOf("c", "a", "b");
        assertTrue(lab.quorate().contains("c"), "frozen, it does not know better");
        lab.wake("c");
        assertEquals(Set.of("a", "b"), lab.quorate());
        lab.passes(LONG, true);
        assertEquals(Set.of("a", "b"), lab.quorate());
        lab.together("a", "b", "c");
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
    }

    @Test
    void a_node_that_wakes_in_time_counts_again_after_one_round() {
        var lab = three().freeze("c").passes(SHORT, true).wake("c");
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
    }

    @Test
    void a_silent_majority_does_not_count_although_it_is_still_on_the_list() {
        var lab = three().losing(message -> true).passes(ViewLab.LEASE, true);
        assertEquals(Set.of(), lab.quorate());
        lab.losing(message -> false).passes(SHORT, true);
        assertEquals(Set.of("a", "b", "c"), lab.quorate());
    }

    @Test
    void the_older_of_two_nodes_with_one_name_stops() {
        var twin = new AgreedView(new AgreementSettings("a", 1, LONG, LONG, SHORT, () -> "l"), Remembered.NOTHING);
        twin.on(0, new Input.Membership("a1", List.of(new Input.Member("a", "a1"))));
        assertTrue(twin.hasQuorum());
        twin.on(1, new Input.Membership("a1", List.of(new Input.Member("a", "a1"), new Input.Member("a", "a2"))));
        assertFalse(twin.hasQuorum());
    }
}
