package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.client.Conversation.Branch;
import dev.sessionmesh.client.Conversation.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ConversationTest {
    private final Conversation conversation = new Conversation();
    private long seq;

    private void log(String type, String fields) {
        see("'type':'" + type + "','session':'s1','seq':" + ++seq + "," + fields);
    }

    private void see(String fields) {
        conversation.see(Frame.read("{" + fields.replace('\'', '"') + "}"));
    }

    private void ask(int turn, String text, String how) {
        if (!text.isEmpty()) {
            log(
                    "input",
                    "'id':'c:" + turn + "','messageId':'u" + turn + "','turn':'t" + turn + "','text':'" + text + "'");
        }
        log("turn", "'turn':'t" + turn + "','status':'received','by':'ann'" + how);
    }

    /** A turn of a question and its answer. */
    private void turn(int turn, String text, String how) {
        ask(turn, text, how);
        log("agent_status", "'turn':'t" + turn + "','status':'in_progress','runEpoch':1");
        log("token", "'messageId':'m" + turn + "','text':'answer '");
        log("token", "'messageId':'m" + turn + "','text':'" + turn + "'");
        log("agent_status", "'turn':'t" + turn + "','status':'completed','runEpoch':1");
    }

    private static String beside(int turn) {
        return ",'replaces':'t" + turn + "'";
    }

    private List<String> words() {
        return conversation.messages().stream().map(Message::text).toList();
    }

    private static Branch branch(String turn, String... beside) {
        return new Branch(turn, List.of(beside));
    }

    @Test
    void a_question_and_its_answer_grow_and_are_complete() {
        ask(1, "one", "");
        assertEquals(Optional.of("queued"), conversation.messages().getFirst().state());
        log("agent_status", "'turn':'t1','status':'in_progress','runEpoch':1");
        assertEquals(
                Optional.of("processing"), conversation.messages().getFirst().state());
        log("token", "'messageId':'m1','text':'hel'");
        log("token", "'messageId':'m1','kind':'reasoning','part':1,'text':'hm'");
        log("token", "'messageId':'m1','kind':'reasoning','part':1,'text':'m'");
        log("token", "'messageId':'m1','text':'lo'");
        Message said = conversation.messages().getLast();
        assertEquals(List.of("assistant", "hello", "streaming"), List.of(said.role(), said.text(), said.status()));
        assertEquals(List.of(new Conversation.Part(Optional.of("1"), "reasoning", "hmm")), said.parts());
        log("agent_status", "'turn':'t1','status':'completed','runEpoch':1");
        assertEquals("complete", conversation.messages().getLast().status());
        assertEquals(
                Optional.of("processed"), conversation.messages().getFirst().state());
        assertEquals(Optional.of("t1"), conversation.messages().getLast().turn());
    }

    @Test
    void an_edited_turn_stands_in_place_of_the_old_one_and_of_what_followed_it() {
        turn(1, "one", "");
        turn(2, "two", "");
        turn(3, "uno", beside(1));
        assertEquals(List.of("uno", "answer 3"), words());
        assertEquals(List.of(branch("t3", "t1", "t3")), conversation.branches());
    }

    @Test
    void a_regenerated_turn_keeps_its_words_and_has_another_answer() {
        turn(1, "one", "");
        turn(2, "two", "");
        turn(3, "", beside(2) + ",'regenerates':true");
        assertEquals(List.of("one", "answer 1", "two", "answer 3"), words());
        assertEquals(List.of(branch("t3", "t2", "t3")), conversation.branches());
    }

    @Test
    void a_branch_that_was_left_comes_back_whole() {
        turn(1, "one", "");
        turn(2, "two", "");
        turn(3, "uno", beside(1));
        log("branch_selected", "'turn':'t1','by':'ann'");
        assertEquals(List.of("one", "answer 1", "two", "answer 2"), words());
        assertEquals(List.of(branch("t1", "t1", "t3")), conversation.branches());
        assertFalse(conversation.incomplete());
    }

    @Test
    void what_is_said_on_a_branch_that_was_left_is_kept_there() {
        ask(1, "one", "");
        log("agent_status", "'turn':'t1','status':'in_progress','runEpoch':1");
        log("token", "'messageId':'m1','text':'first'");
        ask(2, "uno", beside(1));
        log("token", "'messageId':'m1','text':' and last'");
        assertEquals(List.of("uno"), words());
        log("branch_selected", "'turn':'t1','by':'ann'");
        assertEquals(List.of("one", "first and last"), words());
    }

    @Test
    void what_waits_follows_in_its_order_and_what_is_withdrawn_was_never_said() {
        ask(1, "one", "");
        log("agent_status", "'turn':'t1','status':'in_progress','runEpoch':1");
        ask(2, "a", "");
        ask(3, "b", "");
        ask(4, "c", "");
        log("queue", "'turns':['t4','t2','t3'],'by':'ann'");
        assertEquals(List.of("one", "c", "a", "b"), words());
        log("turn_retracted", "'turn':'t2','by':'ann'");
        assertEquals(List.of("one", "c", "b"), words());
        ask(5, "d", "");
        assertEquals(List.of("one", "c", "b", "d"), words());
        assertEquals(List.of(), conversation.branches());
    }

    @Test
    void a_superseded_message_is_gone() {
        ask(1, "one", "");
        log("agent_status", "'turn':'t1','status':'in_progress','runEpoch':1");
        log("token", "'messageId':'m1','text':'half a'");
        log("message_superseded", "'turn':'t1','messageId':'m1'");
        log("token", "'messageId':'m2','text':'whole'");
        log("step", "'turn':'t1','step':1");
        assertEquals(List.of("one", "whole"), words());
        assertEquals("complete", conversation.messages().getLast().status());
    }

    @Test
    void a_snapshot_counts_when_it_is_whole_and_shows_words_where_they_are_answered() {
        turn(1, "old", "");
        String turns = "[{'id':'t3','status':'in_progress'}]";
        attached(3, turns, "[{'turn':'t3','beside':['t2','t3']}]");
        message("u2", "user", "t2", "two", "'state':'processing','actor':'ann'");
        message("m3", "assistant", "t3", "so ", "'more':true");
        assertEquals(List.of("old", "answer 1"), words());
        message("m3", "assistant", "t3", "far", "'at':'2026-01-01T00:00:00Z'");
        assertEquals(List.of("two", "so far"), words());
        assertEquals(Optional.of("ann"), conversation.messages().getFirst().actor());
        assertEquals(List.of(branch("t3", "t2", "t3")), conversation.branches());
        log("token", "'messageId':'m3','text':'!'");
        log("token", "'messageId':'m4','text':'more'");
        assertEquals(List.of("two", "so far!", "more"), words());
        assertEquals(Optional.of("t3"), conversation.messages().getLast().turn());
    }

    @Test
    void a_branch_that_was_never_seen_asks_for_a_snapshot_until_one_comes() {
        attached(1, "[]", "[{'turn':'t2','beside':['t1','t2']}]");
        message("u2", "user", "t2", "uno", "'state':'processed'");
        log("branch_selected", "'turn':'t1','by':'ann'");
        assertTrue(conversation.incomplete());
        attached(1, "[]", "[{'turn':'t1','beside':['t1','t2']}]");
        assertFalse(conversation.incomplete(), "it is on its way");
        see("'type':'attached','session':'s1','head':9,'pos':'p','client':'c','resumed':true");
        assertTrue(conversation.incomplete(), "it was lost halfway");
        attached(1, "[]", "[{'turn':'t1','beside':['t1','t2']}]");
        message("u1", "user", "t1", "one", "'state':'processed'");
        assertFalse(conversation.incomplete());
        assertEquals(List.of("one"), words());
    }

    @Test
    void a_turn_beside_one_that_is_not_known_is_incomplete() {
        turn(7, "seven", beside(6));
        assertTrue(conversation.incomplete());
    }

    @Test
    void a_frame_that_names_no_turn_does_no_harm() {
        log("token", "'messageId':'m1','text':'x'");
        log("turn_retracted", "'turn':'','by':'ann'");
        log("input", "'messageId':'u1','turn':'','text':'y'");
        assertEquals(List.of(), words().stream().filter(String::isEmpty).toList());
    }

    @Test
    void a_message_of_the_document_is_read_whole() {
        Message message = Message.of(new JsonObject(
                "{'messageId':'m1','role':'assistant','turn':'t1','status':'complete',".replace('\'', '"')
                        + "'at':'2026-01-01T00:00:00Z','text':'x','parts':[{'part':1,'kind':'data','text':'y'}]}"
                                .replace('\'', '"')));
        assertEquals("x", message.text());
        assertEquals(List.of(new Conversation.Part(Optional.of("1"), "data", "y")), message.parts());
    }

    private void attached(int messages, String turns, String branches) {
        see(
                "'type':'attached','session':'s1','head':9,'pos':'p','client':'c','resumed':false,'reason':'new','snapshot':{'seq':9,"
                        + "'messages':" + messages + ",'turns':" + turns + ",'branches':" + branches + "}");
        seq = 9;
    }

    private void message(String id, String role, String turn, String text, String more) {
        see("'type':'message','session':'s1','messageId':'" + id + "','role':'" + role + "','turn':'" + turn
                + "','status':'complete','text':'" + text + "'," + more);
    }
}
