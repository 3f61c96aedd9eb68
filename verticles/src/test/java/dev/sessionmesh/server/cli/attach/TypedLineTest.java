package dev.sessionmesh.server.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Command.InputPolicy;
import dev.sessionmesh.client.Command.Verdict;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedLineTest {
    @Test
    void plain_text_is_a_message_and_an_empty_line_is_nothing() {
        assertEquals(say("hello you"), TypedLine.parse("  hello you "));
        assertEquals(new TypedLine.Nothing(), TypedLine.parse("  "));
        assertEquals(say("/etc/hosts?"), TypedLine.parse("//etc/hosts?"));
    }

    @Test
    void an_approval_names_calls_other_arguments_and_how_far_it_reaches() {
        assertEquals(approve(List.of(), Optional.empty(), false), TypedLine.parse("/approve"));
        assertEquals(approve(List.of("k1"), Optional.empty(), false), TypedLine.parse("/approve  k1"));
        assertEquals(
                approve(List.of("k1", "k2"), Optional.empty(), true), TypedLine.parse("/approve k1 k2 --remember"));
        Optional<Object> five = Optional.of(new JsonObject().put("note", "a  b"));
        assertEquals(approve(List.of("k1"), five, false), TypedLine.parse("/approve k1 --with {\"note\": \"a  b\"}"));
        assertEquals(approve(List.of(), five, true), TypedLine.parse("/approve --with {\"note\":\"a  b\"} --remember"));
        assertEquals(
                approve(List.of("k1"), five, true),
                TypedLine.parse("/approve k1 --remember --with {\"note\":\"a  b\"}"));
    }

    @Test
    void a_slash_begins_a_command() {
        assertEquals(new TypedLine.Reject("k1 too risky"), TypedLine.parse("/reject k1 too risky"));
        assertEquals(new TypedLine.Reject(""), TypedLine.parse("/reject"));
        assertEquals(send(new Command.Delegate("k1", "carol")), TypedLine.parse("/delegate k1 carol"));
        assertEquals(send(new Command.RevokeGrant("g1")), TypedLine.parse("/revoke g1"));
        assertEquals(send(new Command.Steer("be brief", Optional.empty())), TypedLine.parse("/steer be brief"));
        assertEquals(send(new Command.Cancel(Optional.empty())), TypedLine.parse("/cancel"));
        assertEquals(send(new Command.Cancel(Optional.of("t2"))), TypedLine.parse("/cancel t2"));
        assertEquals(send(new Command.Reorder("t5", Optional.of("t3"))), TypedLine.parse("/move t5 t3"));
        assertEquals(send(new Command.Reorder("t5", Optional.empty())), TypedLine.parse("/move t5"));
        assertEquals(send(new Command.Withdraw("t5")), TypedLine.parse("/withdraw t5"));
        assertEquals(send(new Command.Edit("t3", "say it", Optional.empty())), TypedLine.parse("/edit t3 say it"));
        assertEquals(send(new Command.Regenerate("t3", Optional.empty())), TypedLine.parse("/again t3"));
        assertEquals(send(new Command.SelectBranch("t3")), TypedLine.parse("/branch t3"));
        assertEquals(new TypedLine.Approvals(), TypedLine.parse("/approvals"));
        assertEquals(new TypedLine.Inbox(), TypedLine.parse("/inbox"));
        assertEquals(new TypedLine.Who(), TypedLine.parse("/who"));
        assertEquals(new TypedLine.Status("back at 3"), TypedLine.parse("/status back at 3"));
        assertEquals(new TypedLine.Status(""), TypedLine.parse("/status"));
        assertEquals(new TypedLine.Claim("k1"), TypedLine.parse("/claim k1"));
        assertEquals(new TypedLine.Release("k1"), TypedLine.parse("/release k1"));
        assertEquals(new TypedLine.Grants(), TypedLine.parse("/grants"));
        assertEquals(new TypedLine.Queue(), TypedLine.parse("/queue"));
        assertEquals(new TypedLine.Quit(), TypedLine.parse("/quit"));
    }

    @Test
    void a_call_in_doubt_is_settled_with_json_a_text_or_nothing() {
        assertEquals(
                settle(Verdict.OK, Optional.of(new JsonObject().put("id", 7))),
                TypedLine.parse("/settle k1 ok {\"id\": 7}"));
        assertEquals(settle(Verdict.OK, Optional.empty()), TypedLine.parse("/settle k1 ok"));
        assertEquals(settle(Verdict.ERROR, Optional.of("it did not")), TypedLine.parse("/settle k1 error it did not"));
        assertEquals(settle(Verdict.RETRY, Optional.empty()), TypedLine.parse("/settle k1 retry"));
    }

    @Test
    void a_front_end_call_is_answered_with_json_or_a_text() {
        assertEquals(
                send(new Command.ToolResult("k1", new JsonObject().put("day", "2031-03-13"))),
                TypedLine.parse("/result k1 ok {\"day\": \"2031-03-13\"}"));
        assertEquals(send(new Command.ToolResult("k1", 7)), TypedLine.parse("/result k1 ok 7"));
        assertEquals(
                send(new Command.ToolError("k1", "no calendar here")),
                TypedLine.parse("/result k1 error no calendar here"));
    }

    @Test
    void a_message_may_say_what_becomes_of_it() {
        for (InputPolicy policy : InputPolicy.values()) {
            assertEquals(
                    send(new Command.Input("and tea", Optional.of(policy))),
                    TypedLine.parse("/input --policy " + policy.wire() + " and tea"));
        }
        assertEquals(say("and tea"), TypedLine.parse("/input and tea"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/aprove k1                     | no command /aprove; /help lists them",
                "/steer                         | /steer what?",
                "/approve t1                    | t1 is no call: they are called k1, k2 ...",
                "/approve k1 --with {eur:       | not JSON: {eur:",
                "/approve k1 --with             | no JSON given",
                "/approve k1 k2 --with {}       | --with is for one call, not 2",
                "/delegate                      | /delegate which call?",
                "/delegate k1                   | /delegate k1 to whom?",
                "/revoke refund                 | refund is no grant: they are called g1, g2 ...",
                "/input --policy soon hi        | no policy soon; there are enqueue, reject, interrupt, rollback, merge, latest, steer",
                "/input --policy merge          | /input what?",
                "/move                          | /move which turn?",
                "/move t5 first                 | first is no turn: they are called t1, t2 ...",
                "/withdraw                      | /withdraw which turn?",
                "/edit t3                       | /edit t3 into what?",
                "/again k3                      | k3 is no turn: they are called t1, t2 ...",
                "/branch                        | /branch which turn?",
                "/settle k1                     | /settle k1 ok, error or retry?",
                "/settle k1 ok it worked        | not JSON: it worked",
                "/settle k1 retry now           | retry takes nothing more",
                "/claim                         | /claim which call?",
                "/release g1                    | g1 is no call: they are called k1, k2 ...",
                "/result k1 {}                  | /result k1 ok or error?",
                "/result k1 ok                  | no JSON given",
                "/result k1 error               | /result k1 error what?",
                "/inbox mine                    | /inbox takes nothing more",
                "/queue t3                      | /queue takes nothing more"
            })
    void a_command_that_makes_no_sense_is_explained_and_not_sent(String typed, String why) {
        assertEquals(new TypedLine.Wrong(why), TypedLine.parse(typed));
    }

    private static TypedLine say(String text) {
        return send(new Command.Input(text, Optional.empty()));
    }

    private static TypedLine send(Command command) {
        return new TypedLine.Send(command);
    }

    private static TypedLine settle(Verdict verdict, Optional<Object> what) {
        return send(new Command.Settle("k1", verdict, what));
    }

    private static TypedLine approve(List<String> calls, Optional<Object> arguments, boolean remember) {
        return new TypedLine.Approve(calls, arguments, remember);
    }
}
