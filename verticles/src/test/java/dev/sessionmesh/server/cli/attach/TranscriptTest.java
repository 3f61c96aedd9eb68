package dev.sessionmesh.server.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.client.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TranscriptTest {
    private final StringWriter written = new StringWriter();

    @Test
    void tokens_of_one_message_run_on_and_anything_else_begins_a_line() {
        Transcript transcript = transcript(true);
        transcript.show(token("m1", "Hel", Optional.empty()));
        transcript.show(token("m1", "lo", Optional.empty()));
        transcript.show(new Frame.Recovering("s1", "t1"));
        transcript.show(token("m1", "\nthere\n", Optional.empty()));
        transcript.show(token("m2", "hm", Optional.of("reasoning")));
        transcript.show(token("m2", "{\"a\":", Optional.of("tool_arguments")));
        transcript.show(token("m2", "Hi", Optional.empty()));
        assertPrinted("""
                Hello
                [t1: its runner was lost; another will take over]

                there
                (thinking) hm
                Hi""");
    }

    @Test
    void an_approval_says_what_how_and_until_when() {
        Transcript transcript = transcript(true);
        transcript.show(
                event(
                        "approval",
                        "{'turn':'t1','callId':'k1','name':'deleteFile','arguments':{'path':'a.txt'},'deadline':'2026-01-01T00:00:00Z'}"));
        transcript.show(
                event("approval_resolved", "{'callId':'k1','decision':'rejected','by':'ann','reason':'too risky'}"));
        assertPrinted("""
                [k1 wants to run deleteFile {"path":"a.txt"}, until 2026-01-01T00:00:00Z: /approve or /reject REASON]
                [k1 rejected by ann: too risky]
                """);
    }

    @Test
    void everything_that_people_do_about_a_call_is_said() {
        Transcript transcript = transcript(true);
        transcript.show(event(
                "approval",
                "{'turn':'t1','callId':'k1','name':'refund','arguments':{'eur':900},'reason':'over 500','needed':2,"
                        + "'approvers':['role:lead'],'separateDuty':true,'askedBy':'ann'}"));
        transcript.show(event("approval_vote", "{'callId':'k1','by':'bob','approvals':1,'needed':2}"));
        transcript.show(event("approval_edited", "{'callId':'k1','by':'bob','arguments':{'eur':500}}"));
        transcript.show(event("approval_delegated", "{'callId':'k1','by':'bob','to':'carol'}"));
        transcript.show(event("approval_reminder", "{'callId':'k1','no':1}"));
        transcript.show(event("approval_escalated", "{'callId':'k1','to':['role:boss','user:dan']}"));
        transcript.show(event("grant", "{'grant':'g1','tool':'refund','by':'carol'}"));
        transcript.show(event("approval_resolved", "{'callId':'k2','decision':'approved','by':'carol','grant':'g1'}"));
        transcript.show(event("grant_revoked", "{'grant':'g1','by':'dan'}"));
        transcript.show(event("tool_claimed", "{'callId':'k3','by':'ann','claimant':'c1','claim':1}"));
        transcript.show(event("tool_released", "{'callId':'k3','claim':1,'reason':'expired'}"));
        transcript.show(event("tool_doubted", "{'callId':'k4','deadline':'2026-01-01T00:00:00Z'}"));
        transcript.show(event("tool_retried", "{'callId':'k4','by':'dan'}"));
        assertPrinted("""
                [k1 wants to run refund {"eur":900} (over 500; 2 people have to approve; for role:lead; not for ann): \
                /approve or /reject REASON]
                [k1 1 of 2 approved, now by bob]
                [k1 is to run with {"eur":500} by bob; earlier approvals are void]
                [k1 may be decided by carol, too, says bob]
                [k1 still waits for a decision]
                [k1 waited too long: role:boss, user:dan may decide, too]
                [refund needs no approval from now on by carol; /revoke g1 ends that]
                [k2 approved by grant g1]
                [grant g1 was taken back by dan]
                [k3 is executed by a tab of ann]
                [k3 is offered again, its tab has vanished]
                [k4 had begun when its runner was lost; did it take effect? /settle k4 ok, error or retry, until \
                2026-01-01T00:00:00Z]
                [k4 is run again by dan]
                """);
    }

    @Test
    void what_becomes_of_turns_and_instructions_is_said() {
        Transcript transcript = transcript(true);
        transcript.show(event("steer", "{'turn':'t1','steerId':'s1','instruction':'be brief','actor':'ann'}"));
        transcript.show(event("steer_resolved", "{'turn':'t1','steerId':'s1','consumed':true,'step':2}"));
        transcript.show(event("steer_resolved", "{'turn':'t1','steerId':'s2','consumed':false}"));
        transcript.show(event("message_superseded", "{'turn':'t1','messageId':'m1'}"));
        transcript.show(event(
                "agent_status", "{'turn':'t1','status':'failed','code':'budget_exceeded','reason':'tokens: 100'}"));
        transcript.show(event("turn", "{'turn':'t4','status':'received','replaces':'t3','by':'ann'}"));
        transcript.show(event("branch_selected", "{'turn':'t3','by':'bob'}"));
        transcript.show(event("queue", "{'turns':['t6','t5'],'by':'bob'}"));
        transcript.show(event("turn_retracted", "{'turn':'t6','by':'bob'}"));
        transcript.show(event("step", "{'turn':'t1','step':1}"));
        assertPrinted("""
                [ann steers (s1): be brief]
                [steering (s1) taken in by step 2]
                [steering (s2) came too late]
                [what t1 said last is void: it is said anew]
                [t1 stopped, its budget is used up: tokens: 100]
                [t4 takes the place of t3; /branch t3 goes back]
                [bob went over to the branch of t3; what follows belongs there]
                [bob reordered what waits: t6, t5]
                [t6 was taken back by bob]
                """);
    }

    @Test
    void names_and_reasons_of_others_cannot_steer_the_terminal_either() {
        Transcript transcript = transcript(true);
        transcript.show(event("approval_delegated", "{'callId':'k1','by':'b\\u001b[1mob','to':'car\\nol'}"));
        assertPrinted("[k1 may be decided by car ol, too, says b\uFFFD[1mob]\n");
    }

    @Test
    void a_terminal_does_not_repeat_what_was_typed_in_it() {
        Transcript transcript = transcript(false);
        transcript.following(URI.create("http://127.0.0.1:1"), attached("c7", Optional.empty()));
        transcript.show(input("c7:1", "mine"));
        transcript.show(input("c8:1", "theirs"));
        assertPrinted("""
                [following s1 through http://127.0.0.1:1, nothing missed]
                [bob says: theirs]
                """);
    }

    @Test
    void a_log_that_was_taken_back_is_said() {
        transcript(true).following(URI.create("http://127.0.0.1:1"), attached("c7", Optional.of("diverged")));
        assertPrinted("""
                [following s1 through http://127.0.0.1:1, the log was taken back; what follows is the session as it is now]
                [of the branches t1, t3 this is t3; /branch shows another]
                """);
    }

    @Test
    void what_others_wrote_cannot_steer_the_terminal() {
        Transcript transcript = transcript(true);
        transcript.show(token("m1", "\u001b[2Ja\tb\r\n\u009b31mc\u007f\u0007d", Optional.empty()));
        transcript.show(input("c1", "yes]\n[k1 approved by ann\u001b]0;title\u0007"));
        assertPrinted("""
                \uFFFD[2Ja\tb
                \uFFFD31mc\uFFFD\uFFFDd
                [bob says: yes] [k1 approved by ann\uFFFD]0;title\uFFFD]
                """);
    }

    private Transcript transcript(boolean echo) {
        return new Transcript(new PrintWriter(written, true), echo);
    }

    private void assertPrinted(String expected) {
        assertEquals(expected, written.toString().replace(System.lineSeparator(), "\n"));
    }

    private static Frame event(String type, String fields) {
        JsonObject json = new JsonObject(fields.replace('\'', '"'));
        return Frame.read(
                json.put("type", type).put("session", "s1").put("seq", 1).encode());
    }

    private static Frame.Token token(String message, String text, Optional<String> kind) {
        return new Frame.Token("s1", 1, 1, message, text, Optional.empty(), kind);
    }

    private static Frame.Input input(String id, String text) {
        return new Frame.Input(
                "s1", 1, Optional.of(id), "u1", "t1", text, Optional.empty(), Optional.of("bob"), Optional.empty());
    }

    private static Frame.Attached attached(String client, Optional<String> reason) {
        Frame.Snapshot snapshot = new Frame.Snapshot(
                3,
                0,
                new JsonArray(),
                new JsonArray(),
                new JsonArray(),
                new JsonArray(),
                new JsonArray()
                        .add(new JsonObject()
                                .put("turn", "t3")
                                .put("beside", new JsonArray().add("t1").add("t3"))));
        return new Frame.Attached(
                "s1", 3, "p", reason.isEmpty(), client, reason, reason.map(why -> snapshot), OptionalLong.empty());
    }
}
