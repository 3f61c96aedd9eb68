package dev.sessionmesh.codec.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.codec.json.ClientFrame.Attach;
import dev.sessionmesh.codec.json.ClientFrame.Detach;
import dev.sessionmesh.codec.json.ClientFrame.Invalid;
import dev.sessionmesh.codec.json.ClientFrame.Ping;
import dev.sessionmesh.codec.json.ClientFrame.Submit;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.presence.PresenceUpdate;
import dev.sessionmesh.core.session.Command;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientFramesTest {
    private static final Optional<String> NONE = Optional.empty();
    private static final String HASH = Payload.of("{}").hash();

    @Test
    void the_frames_that_people_write_are_understood() {
        assertEquals(new Command.Decide("k1", true, ""), command("{'type':'approve','callId':'k1'}"));
        assertEquals(new Command.Decide("k1", false, "no"), command("{'type':'reject','callId':'k1','reason':'no'}"));
        assertEquals(new Command.Cancel(""), command("{'type':'cancel'}"));
        assertEquals(new Command.Cancel("t3"), command("{'type':'cancel','turn':'t3'}"));
        assertEquals(new Command.Steer("", "go on"), command("{'type':'steer','instruction':'go on'}"));
        assertEquals(
                new Command.Input(Payload.of("hi"), Optional.of(InputPolicy.INTERRUPT)),
                command("{'text':'hi','policy':'interrupt','type':'input'}"));
        assertEquals(
                new Command.ToolResult("k1", false, Payload.of("it broke")),
                command("{'type':'tool_result','callId':'k1','error':'it broke'}"));
    }

    @Test
    void decisions_are_about_one_call_or_several() {
        assertEquals(
                new Command.Decide(List.of("k1", "k2"), true, "fine", Optional.empty(), "", false),
                command("{'type':'approve','callIds':['k1','k2'],'reason':'fine'}"));
        assertEquals(
                new Command.Decide(List.of("k1"), true, "", Optional.of(Payload.of("{\"n\":1.0}")), HASH, true),
                command("{'type':'approve','callId':'k1','arguments':{ 'n': 1.0 },'argumentsHash':'" + HASH
                        + "','remember':'session'}"));
        assertEquals(
                new Command.Decide(List.of("k1"), false, "no", Optional.empty(), HASH, false),
                command("{'type':'reject','callIds':['k1'],'reason':'no','argumentsHash':'" + HASH + "'}"));
        assertEquals(
                new Command.Delegate("k1", "Zo\u00eb B."),
                command("{'type':'delegate','callId':'k1','to':'Zo\u00eb B.'}"));
        assertEquals(new Command.RevokeGrant("g1"), command("{'type':'revoke_grant','grant':'g1'}"));
    }

    @Test
    void tabs_say_what_they_execute() {
        assertEquals(new Command.ClaimTool("k1", "", ""), command("{'type':'tool_claim','callId':'k1'}"));
        assertEquals(
                new Command.ClaimTool("k1", "c-0abcde-00002a", "phone"),
                command("{'type':'tool_claim','callId':'k1','claimant':'c-0abcde-00002a','device':'phone'}"));
        assertEquals(
                new Command.BeatTool("k1", "tab"), command("{'type':'tool_heartbeat','callId':'k1','claimant':'tab'}"));
        assertEquals(
                new Command.ReleaseTool("k1", "tab"),
                command("{'type':'tool_release','callId':'k1','claimant':'tab'}"));
        assertEquals(
                new Command.ToolResult("k1", true, Payload.of("1"), "tab"),
                command("{'type':'tool_result','callId':'k1','result':1,'claimant':'tab'}"));
    }

    @Test
    void people_settle_what_is_in_doubt() {
        assertEquals(
                new Command.Settle("k1", Command.Settle.Verdict.OK, Payload.of("{\"a\":1}")),
                command("{'type':'settle','callId':'k1','outcome':'ok','result':{'a': 1}}"));
        assertEquals(
                new Command.Settle("k1", Command.Settle.Verdict.OK, Payload.EMPTY),
                command("{'type':'settle','callId':'k1','outcome':'ok'}"));
        assertEquals(
                new Command.Settle("k1", Command.Settle.Verdict.ERROR, Payload.of("lost")),
                command("{'type':'settle','callId':'k1','outcome':'error','error':'lost'}"));
        assertEquals(
                new Command.Settle("k1", Command.Settle.Verdict.RETRY, Payload.EMPTY),
                command("{'type':'settle','callId':'k1','outcome':'retry'}"));
    }

    @Test
    void turns_are_done_again_and_change_places() {
        assertEquals(
                new Command.Redo("t1", Optional.of(Payload.of("hi")), InputPolicy.INTERRUPT),
                command("{'type':'edit','turn':'t1','text':'hi'}"));
        assertEquals(
                new Command.Redo("t1", Optional.empty(), InputPolicy.ENQUEUE),
                command("{'type':'regenerate','turn':'t1','policy':'enqueue'}"));
        assertEquals(new Command.SelectBranch("t1"), command("{'type':'select_branch','turn':'t1'}"));
        assertEquals(new Command.Reorder("t1", "t2"), command("{'type':'reorder','turn':'t1','before':'t2'}"));
        assertEquals(new Command.Reorder("t1", ""), command("{'type':'reorder','turn':'t1'}"));
        assertEquals(new Command.Withdraw("t1"), command("{'type':'withdraw','turn':'t1'}"));
        for (InputPolicy policy : InputPolicy.values()) {
            assertEquals(
                    new Command.Input(Payload.of("hi"), Optional.of(policy)),
                    command("{'type':'input','text':'hi','policy':'"
                            + policy.name().toLowerCase(Locale.ROOT) + "'}"));
        }
    }

    @Test
    void a_result_is_kept_as_compact_json_with_its_digits() {
        assertEquals(
                new Command.ToolResult("k1", true, new Payload.Inline("{\"b\":[1.0,1e400,null],\"a\":\"\u00e9\"}")),
                command("{'type':'tool_result','callId':'k1','result': {'b' : [1.0, 1e400, null], 'a':'\\u00e9'} }"));
        assertEquals(
                new Command.ToolResult("k1", true, new Payload.Inline("null")),
                command("{'type':'tool_result','callId':'k1','result':null,'error':null}"));
    }

    @Test
    void session_and_id_are_carried() {
        Submit submit =
                assertInstanceOf(Submit.class, parse("{'type':'cancel','session':'s1','id':'c-0abcde-00002a:7'}"));
        assertEquals(Optional.of("s1"), submit.session());
        assertEquals(Optional.of("c-0abcde-00002a:7"), submit.id());
    }

    @Test
    void a_command_may_say_where_in_a_trace_it_belongs() {
        String place = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Submit traced =
                assertInstanceOf(Submit.class, parse("{'type':'input','text':'hi','traceparent':'" + place + "'}"));
        Submit plain = assertInstanceOf(Submit.class, parse("{'type':'input','text':'hi'}"));
        assertEquals(place, traced.trace());
        assertEquals("", plain.trace());
        assertEquals(plain.bodyHash(), traced.bodyHash(), "sent again under another trace it is the same command");
    }

    @Test
    void a_place_in_a_trace_that_is_none_refuses_nothing() {
        for (String wrong : List.of("'x'", "''", "7", "true", "null", "{'a':[1]}", "'" + "0".repeat(9_000) + "'")) {
            Submit submit = assertInstanceOf(
                    Submit.class, parse("{'type':'input','text':'hi','traceparent':" + wrong + "}"), wrong);
            assertEquals("", submit.trace());
        }
    }

    @Test
    void an_attach_says_what_the_client_saw() {
        Position position = new Position(7, 9);
        assertEquals(
                new Attach("s1", NONE, Optional.empty(), OptionalLong.empty(), NONE, false, ""),
                parse("{'type':'attach','session':'s1'}"));
        assertEquals(
                new Attach(
                        "s1",
                        NONE,
                        Optional.of(position),
                        OptionalLong.of(12),
                        Optional.of("c-0abcde-00002a"),
                        false,
                        ""),
                parse("{'type':'attach','session':'s1','after':12,'pos':'" + position.token()
                        + "','client':'c-0abcde-00002a'}"));
    }

    @Test
    void detach_and_ping_need_nothing_else() {
        assertEquals(new Detach(NONE, NONE), parse("{'type':'detach'}"));
        assertEquals(new Ping(Optional.of("p1")), parse("{'type':'ping','id':'p1'}"));
    }

    @Test
    void what_is_unknown_is_ignored_and_null_is_nothing() {
        assertEquals(new Command.Cancel(""), command("{'type':'cancel','turn':null,'mood':{'a':[{}]},'x':1e999}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            hello                                                          | BAD_JSON     | not JSON
            [1]                                                            | BAD_JSON     | not a JSON object
            {'type':'cancel'} {}                                           | BAD_JSON     | follows
            {'type':'cancel','type':'cancel'}                              | BAD_JSON     | twice
            {'type':'cancel'                                               | BAD_JSON     | not JSON
            {}                                                             | BAD_FIELD    | type is missing
            {'type':7}                                                     | BAD_FIELD    | type is not a text
            {'type':'dance'}                                               | UNKNOWN_TYPE | dance
            {'type':'input'}                                               | BAD_FIELD    | text is missing
            {'type':'input','text':''}                                     | BAD_FIELD    | text is empty
            {'type':'input','text':['a']}                                  | BAD_FIELD    | text is not a text
            {'type':'input','text':'\\ud83d'}                              | BAD_FIELD    | text holds half
            {'type':'input','text':'a','policy':'maybe'}                   | BAD_FIELD    | policy is none of enqueue
            {'type':'approve'}                                             | BAD_FIELD    | callId is missing
            {'type':'approve','callId':'no such id'}                       | BAD_FIELD    | callId is not
            {'type':'cancel','turn':3}                                     | BAD_FIELD    | turn is not a text
            {'type':'cancel','id':'white space'}                           | BAD_FIELD    | id is not
            {'type':'cancel','session':'../etc'}                           | BAD_FIELD    | session is not
            {'type':'approve','callIds':[]}                                | BAD_FIELD    | callId is missing
            {'type':'approve','callIds':'k1'}                              | BAD_FIELD    | callIds is not an array
            {'type':'approve','callIds':['k1',2]}                          | BAD_FIELD    | callIds is not an array
            {'type':'approve','callIds':['k 1']}                           | BAD_FIELD    | callIds is not an array
            {'type':'approve','callIds':['k1'],'callId':'k1'}              | BAD_FIELD    | exclude each other
            {'type':'approve','callIds':['k1','k2'],'arguments':{}}        | BAD_FIELD    | arguments are for the approval of one
            {'type':'reject','callId':'k1','arguments':{}}                 | BAD_FIELD    | arguments are for the approval of one
            {'type':'approve','callId':'k1','arguments':'\\ude00'}         | BAD_FIELD    | arguments holds half
            {'type':'approve','callId':'k1','argumentsHash':'abc'}         | BAD_FIELD    | argumentsHash is not
            {'type':'approve','callId':'k1','remember':'ever'}             | BAD_FIELD    | remember is none of session
            {'type':'approve','callId':'k1','remember':true}               | BAD_FIELD    | remember is not a text
            {'type':'reject','callId':'k1','remember':'session'}           | BAD_FIELD    | remember is for approvals
            {'type':'delegate','callId':'k1'}                              | BAD_FIELD    | to is missing
            {'type':'delegate','callId':'k1','to':''}                      | BAD_FIELD    | to is empty
            {'type':'delegate','to':'bob'}                                 | BAD_FIELD    | callId is missing
            {'type':'revoke_grant'}                                        | BAD_FIELD    | grant is missing
            {'type':'revoke_grant','grant':'g 1'}                          | BAD_FIELD    | grant is not
            {'type':'tool_claim'}                                          | BAD_FIELD    | callId is missing
            {'type':'tool_claim','callId':'k1','claimant':'a b'}           | BAD_FIELD    | claimant is not
            {'type':'tool_claim','callId':'k1','device':'my phone'}        | BAD_FIELD    | device is not
            {'type':'tool_heartbeat','callId':7}                           | BAD_FIELD    | callId is not a text
            {'type':'tool_release'}                                        | BAD_FIELD    | callId is missing
            {'type':'settle','callId':'k1'}                                | BAD_FIELD    | outcome is missing
            {'type':'settle','callId':'k1','outcome':'maybe'}              | BAD_FIELD    | outcome is none of ok, error, retry
            {'type':'settle','outcome':'ok'}                               | BAD_FIELD    | callId is missing
            {'type':'edit','turn':'t1'}                                    | BAD_FIELD    | text is missing
            {'type':'edit','text':'hi'}                                    | BAD_FIELD    | turn is missing
            {'type':'edit','turn':'t1','text':'hi','policy':'merge'}       | BAD_FIELD    | policy is none of enqueue, reject, interrupt
            {'type':'regenerate'}                                          | BAD_FIELD    | turn is missing
            {'type':'select_branch','turn':''}                             | BAD_FIELD    | turn is not
            {'type':'reorder','before':'t1'}                               | BAD_FIELD    | turn is missing
            {'type':'reorder','turn':'t1','before':'t 2'}                  | BAD_FIELD    | before is not
            {'type':'withdraw'}                                            | BAD_FIELD    | turn is missing
            {'type':'steer'}                                               | BAD_FIELD    | instruction is missing
            {'type':'tool_result','callId':'k1'}                           | BAD_FIELD    | result or error is missing
            {'type':'tool_result','callId':'k1','result':1,'error':'x'}    | BAD_FIELD    | exclude
            {'type':'tool_result','callId':'k1','result':'\\ude00'}        | BAD_FIELD    | result holds half
            {'type':'attach'}                                              | BAD_FIELD    | session is missing
            {'type':'attach','session':'s1','after':-1}                    | BAD_FIELD    | after is not
            {'type':'attach','session':'s1','after':1.0}                   | BAD_FIELD    | after is not
            {'type':'attach','session':'s1','after':'1'}                   | BAD_FIELD    | after is not
            {'type':'attach','session':'s1','after':99999999999999999999}  | BAD_FIELD    | after is not
            {'type':'attach','session':'s1','pos':'xyz'}                   | BAD_POSITION | pos is not
            {'type':'attach','session':'s1','client':'me'}                 | BAD_FIELD    | client is not
            """)
    void a_frame_that_is_wrong_is_told_why(String frame, ErrorCode code, String why) {
        Invalid invalid = assertInstanceOf(Invalid.class, parse(frame));
        assertEquals(code, invalid.code());
        assertTrue(invalid.message().contains(why), invalid.message());
    }

    @Test
    void an_error_carries_the_id_of_what_it_answers() {
        Invalid invalid = assertInstanceOf(Invalid.class, parse("{'type':'input','id':'c1','session':'s1'}"));
        assertEquals(Optional.of("c1"), invalid.id());
        assertEquals(Optional.of("s1"), invalid.session());
    }

    @Test
    void texts_are_bounded_in_bytes() {
        String fits = "\u00e9".repeat(Limits.DEFAULT.blobBytes() / 2);
        String brief = "\u00e9".repeat(Limits.DEFAULT.inlineBytes() / 2);
        assertInstanceOf(Submit.class, parse("{'type':'input','text':'" + fits + "'}"));
        assertInstanceOf(Submit.class, parse("{'type':'tool_result','callId':'k1','error':'" + fits + "'}"));
        assertInstanceOf(Submit.class, parse("{'type':'steer','instruction':'" + brief + "'}"));
        for (String frame : new String[] {
            "{'type':'input','text':'" + fits + "x'}",
            "{'type':'steer','instruction':'" + brief + "x'}",
            "{'type':'tool_result','callId':'k1','result':'" + fits + "'}",
            "{'type':'tool_result','callId':'k1','error':'" + fits + "x'}",
            "{'type':'edit','turn':'t1','text':'" + fits + "x'}",
            "{'type':'approve','callId':'k1','arguments':'" + fits + "'}",
            "{'type':'approve','callId':'k1','reason':'" + brief + "x'}",
            "{'type':'settle','callId':'k1','outcome':'error','error':'" + fits + "x'}",
            "{'type':'delegate','callId':'k1','to':'" + "x".repeat(129) + "'}",
            "{'type':'cancel','x':'" + "x".repeat(Limits.DEFAULT.frameBytes()) + "'}"
        }) {
            assertEquals(
                    ErrorCode.TOO_LARGE,
                    assertInstanceOf(Invalid.class, parse(frame)).code());
        }
    }

    @Test
    void nesting_is_bounded() {
        String deep = "[".repeat(40) + "]".repeat(40);
        assertEquals(
                ErrorCode.BAD_JSON,
                assertInstanceOf(Invalid.class, parse("{'type':'cancel','x':" + deep + "}"))
                        .code());
        assertEquals(
                ErrorCode.BAD_JSON,
                assertInstanceOf(Invalid.class, parse("[".repeat(100_000))).code());
    }

    @Test
    void the_way_it_came_by_may_say_the_type() {
        assertInstanceOf(Submit.class, ClientFrames.parseAs("input", "{\"text\":\"hi\"}", Limits.DEFAULT));
        assertInstanceOf(
                Invalid.class, ClientFrames.parseAs("input", "{\"type\":\"cancel\",\"text\":\"hi\"}", Limits.DEFAULT));
    }

    private static Command command(String frame) {
        return assertInstanceOf(Submit.class, parse(frame)).command();
    }

    private static ClientFrame parse(String frame) {
        return ClientFrames.parse(frame.replace('\'', '"'), Limits.DEFAULT);
    }

    @Test
    void what_a_tab_says_about_itself_is_read_and_bounded() {
        assertEquals(
                new ClientFrame.Presence(
                        Optional.of("s1"),
                        NONE,
                        Optional.of(true),
                        new PresenceUpdate(Optional.of(false), Optional.of("m1"), NONE, 0)),
                parse("{\"type\":\"presence\",\"session\":\"s1\",\"watch\":true,\"typing\":false,\"focus\":\"m1\"}"));
        assertEquals(new ClientFrame.Read(NONE, NONE, 7), parse("{\"type\":\"read\",\"seq\":7}"));
        assertEquals(
                new Attach("s1", NONE, Optional.empty(), OptionalLong.empty(), NONE, true, "phone"),
                parse("{\"type\":\"attach\",\"session\":\"s1\",\"presence\":true,\"device\":\"phone\"}"));
        for (String wrong : new String[] {
            "{\"type\":\"read\"}",
            "{\"type\":\"read\",\"seq\":-1}",
            "{\"type\":\"presence\",\"typing\":1}",
            "{\"type\":\"presence\",\"watch\":\"yes\"}",
            "{\"type\":\"attach\",\"session\":\"s1\",\"device\":\"my phone\"}"
        }) {
            assertEquals(ErrorCode.BAD_FIELD, ((ClientFrame.Invalid) parse(wrong)).code(), wrong);
        }
        String longText = "{\"type\":\"presence\",\"status\":\"" + "é".repeat(129) + "\"}";
        assertEquals(ErrorCode.TOO_LARGE, ((ClientFrame.Invalid) parse(longText)).code());
    }
}
