package dev.sessionmesh.codec.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileJsonTest {
    @Test
    void a_profile_comes_back_as_it_was() {
        NewSession read = accepted(FrameSamples.text(ProfileJson.document(FrameSamples.PROFILE)));
        assertEquals(FrameSamples.PROFILE, read.profile());
        assertEquals(7, read.given().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{}", "{\"model\":null,\"future\":{\"x\":1}}"})
    void nothing_given_means_every_default(String body) {
        NewSession read = accepted(body);
        assertEquals(Optional.empty(), read.id());
        assertEquals(Profile.ofModel("scripted"), read.profile());
    }

    @Test
    void only_given_fields_contradict_a_session_that_exists() {
        NewSession wanted = accepted("{'id':'s1','model':'scripted:test','metadata':{'app':'demo','team':'blue'}}");
        assertEquals(Optional.empty(), wanted.contradiction(FrameSamples.PROFILE));
        assertEquals(
                Optional.of("inputPolicy"), accepted("{'inputPolicy':'reject'}").contradiction(FrameSamples.PROFILE));
        assertEquals(Optional.of("tools"), accepted("{'tools':[]}").contradiction(FrameSamples.PROFILE));
        assertEquals(Optional.of("metadata"), wanted.contradiction(Profile.ofModel("scripted:test")));
    }

    @Test
    void policies_and_tools_have_defaults_of_their_own() {
        NewSession read = accepted("{'inputPolicy':'interrupt','tools':[{'name':'a','executor':'client'}]}");
        assertEquals(InputPolicy.INTERRUPT, read.profile().inputPolicy());
        assertEquals(
                ToolSpec.named("a", ToolSpec.Executor.CLIENT),
                read.profile().tools().getFirst());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                                | BAD_JSON  | not a JSON object
            {'id':'a b'}                                                      | BAD_FIELD | id is not
            {'id':'..'}                                                       | BAD_FIELD | id is not
            {'model':''}                                                      | BAD_FIELD | model is empty
            {'model':7}                                                       | BAD_FIELD | model is not a text
            {'instructions':'\\ud83d'}                                        | BAD_FIELD | instructions holds half
            {'inputPolicy':'queue'}                                           | BAD_FIELD | inputPolicy is none of enqueue, reject
            {'metadata':[]}                                                   | BAD_FIELD | metadata is not an object
            {'metadata':{'a':{'b':1}}}                                        | BAD_FIELD | metadata.a is not a text
            {'metadata':{'':'x'}}                                             | BAD_FIELD | metadata has a name
            {'tools':{}}                                                      | BAD_FIELD | tools is not an array
            {'tools':[7]}                                                     | BAD_FIELD | tools[0] is not an object
            {'tools':[{'executor':'client'}]}                                 | BAD_FIELD | tools[0].name is missing
            {'tools':[{'name':'a'}]}                                          | BAD_FIELD | tools[0].executor is missing
            {'tools':[{'name':'a b','executor':'client'}]}                    | BAD_FIELD | tools[0].name is not
            {'tools':[{'name':'a','executor':'cloud'}]}                       | BAD_FIELD | tools[0].executor is none of client, server
            {'tools':[{'name':'a','executor':'client','approval':'often'}]}   | BAD_FIELD | tools[0].approval is not never, always or an object
            {'tools':[{'name':'a','executor':'client','parameters':'x'}]}     | BAD_FIELD | tools[0].parameters is not a JSON object
            {'tools':[{'name':'a','executor':'client'},{'name':'a','executor':'client'}]} | BAD_FIELD | tools[1].name is taken
            """)
    void a_wrong_field_is_named(String body, ErrorCode code, String why) {
        refused(body, code, why);
    }

    @Test
    void a_tool_says_what_its_calls_need() {
        assertEquals(
                new ToolSpec(
                        "refund",
                        "",
                        "",
                        ToolSpec.Executor.SERVER,
                        "http:refund",
                        true,
                        new ApprovalPolicy(
                                ApprovalPolicy.When.RULE,
                                "{\">\":[{\"var\":\"arguments.amount\"},5.0]}",
                                new ApprovalTerms(
                                        "it costs",
                                        2,
                                        List.of("role:lead", "user:Zo\u00eb B."),
                                        true,
                                        60_000,
                                        ApprovalTerms.OnExpiry.SKIP,
                                        1_000,
                                        2_000,
                                        List.of("role:boss"))),
                        ToolSpec.Target.ANY),
                tool("{'name':'refund','source':'http:refund','idempotent':true,'approval':{"
                        + "'when':{'>': [{'var':'arguments.amount'}, 5.0]},'needed':2,"
                        + "'approvers':['role:lead','user:Zo\u00eb B.'],'separateDuty':true,'expiresInMs':60000,"
                        + "'onExpiry':'skip','remindAfterMs':1000,'escalateAfterMs':2000,'escalateTo':['role:boss'],"
                        + "'reason':'it costs'}}"));
        assertEquals(
                ToolSpec.named("a", ToolSpec.Executor.CLIENT).with(ApprovalPolicy.ALWAYS),
                tool("{'name':'a','executor':'client','approval':{}}"));
        assertEquals(
                new ToolSpec.Target("asker", "phone"),
                tool("{'name':'a','executor':'client','target':{'user':'asker','device':'phone'}}")
                        .target());
    }

    @Test
    void all_tools_of_a_server_may_be_named_at_once() {
        NewSession read = accepted("{'tools':[{'name':'*','source':'mcp:a'},{'name':'*','source':'mcp:b'}]}");
        assertEquals(2, read.profile().tools().size());
        assertTrue(read.profile().tools().getFirst().isWildcard());
        assertEquals(ToolSpec.Executor.SERVER, read.profile().tools().getFirst().executor());
        refused(
                "{'tools':[{'name':'*','source':'mcp:a'},{'name':'*','source':'mcp:a'}]}",
                ErrorCode.BAD_FIELD,
                "name is taken");
    }

    @Test
    void a_budget_bounds_turns_and_the_session() {
        assertEquals(
                new Budget(new Budget.Bounds(1, 2, 3, 4), new Budget.Bounds(5, 0, 0, 0), 6, 7),
                accepted("{'budget':{'turn':{'tokens':1,'cost':2,'ms':3,'toolCalls':4},'session':{'tokens':5},"
                                + "'price':{'input':6,'output':7}}}")
                        .profile()
                        .budget());
        assertEquals(Budget.UNLIMITED, accepted("{'budget':{}}").profile().budget());
        assertEquals(
                Optional.of("budget"),
                accepted("{'budget':{'turn':{'tokens':1}}}").contradiction(FrameSamples.PROFILE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'approval':7                                              | approval is not never, always or an object
            'approval':{'when':'never'}                               | approval.when is not always or a rule
            'approval':{'when':[1]}                                   | approval.when is not always or a rule
            'approval':{'needed':0}                                   | approval.needed is not a whole number from 1 to 16
            'approval':{'needed':17}                                  | approval.needed is not a whole number from 1 to 16
            'approval':{'needed':'2'}                                 | approval.needed is not a whole number
            'approval':{'approvers':['lead']}                         | approval.approvers is not an array
            'approval':{'approvers':['role:']}                        | approval.approvers is not an array
            'approval':{'approvers':['user:a\\nb']}                   | approval.approvers is not an array
            'approval':{'approvers':'role:lead'}                      | approval.approvers is not an array
            'approval':{'separateDuty':'yes'}                         | approval.separateDuty is neither true nor false
            'approval':{'expiresInMs':999}                            | approval.expiresInMs is not a whole number from 1000
            'approval':{'expiresInMs':2592000001}                     | approval.expiresInMs is not a whole number from 1000
            'approval':{'onExpiry':'approve'}                         | approval.onExpiry is none of fail, skip, ask
            'approval':{'remindAfterMs':1}                            | approval.remindAfterMs is not
            'approval':{'escalateAfterMs':2000}                       | approval.escalateAfterMs and escalateTo go together
            'approval':{'escalateTo':['role:boss']}                   | approval.escalateAfterMs and escalateTo go together
            'approval':{'reason':7}                                   | approval.reason is not a text
            'source':'http:x'                                         | source is for tools that the server executes
            'source':'ftp:x'                                          | source is not mcp:SERVER or http:NAME
            'target':'asker'                                          | target is not an object
            'target':{'device':'my phone'}                            | target.device is not
            'target':{'user':7}                                       | target.user is not a text
            'idempotent':1                                            | idempotent is neither true nor false
            """)
    void a_tool_is_told_what_is_wrong_with_it(String fields, String why) {
        refused("{'tools':[{'name':'a','executor':'client'," + fields + "}]}", ErrorCode.BAD_FIELD, "tools[0]." + why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'tools':[{'name':'*','executor':'server'}]}              | tools[0].name is * with a source
            {'tools':[{'name':'*','source':'http:a'}]}                | tools[0].name is * with a source
            {'budget':[]}                                             | budget is not an object
            {'budget':{'turn':7}}                                     | budget.turn is not an object
            {'budget':{'turn':{'tokens':-1}}}                         | budget.turn.tokens is not a whole number from 0
            {'budget':{'session':{'cost':1.5}}}                       | budget.session.cost is not a whole number
            {'budget':{'session':{'ms':'1'}}}                         | budget.session.ms is not a whole number
            {'budget':{'turn':{'toolCalls':1000000000001}}}           | budget.turn.toolCalls is not a whole number
            {'budget':{'price':{'input':1000000001}}}                 | budget.price.input is not a whole number
            """)
    void a_scope_and_a_budget_are_told_what_is_wrong(String body, String why) {
        refused(body, ErrorCode.BAD_FIELD, why);
    }

    @Test
    void terms_are_bounded() {
        String many = IntStream.rangeClosed(0, Limits.DEFAULT.approversPerCall())
                .mapToObj(i -> "'user:u" + i + "'")
                .collect(Collectors.joining(","));
        String tool = "{'tools':[{'name':'a','executor':'client','approval':{";
        refused(
                tool + "'approvers':[" + many + "]}}]}",
                ErrorCode.BAD_FIELD,
                "approvers is not an array of at most 16");
        refused(
                tool + "'approvers':['user:" + "x".repeat(129) + "']}}]}",
                ErrorCode.BAD_FIELD,
                "approvers is not an array");
        refused(tool + "'reason':'" + "x".repeat(1_025) + "'}}]}", ErrorCode.TOO_LARGE, "reason has 1025 bytes");
        refused(
                "{'tools':[{'name':'a','executor':'client','target':{'user':'" + "x".repeat(129) + "'}}]}",
                ErrorCode.TOO_LARGE,
                "target.user has 129 bytes");
    }

    private static ToolSpec tool(String tool) {
        return accepted("{'tools':[" + tool + "]}").profile().tools().getFirst();
    }

    @Test
    void every_field_is_bounded() {
        String tools = IntStream.rangeClosed(0, Limits.DEFAULT.toolsPerSession())
                .mapToObj(i -> "{'name':'t" + i + "','executor':'client'}")
                .collect(Collectors.joining(","));
        String entries = IntStream.rangeClosed(0, Limits.DEFAULT.metadataEntries())
                .mapToObj(i -> "'k" + i + "':''")
                .collect(Collectors.joining(","));
        String long17k = "x".repeat(Limits.DEFAULT.instructionsChars() + 1);
        refused("{'instructions':'" + long17k + "'}", ErrorCode.TOO_LARGE, "instructions has");
        refused("{'memory':'" + long17k + "'}", ErrorCode.TOO_LARGE, "memory has");
        refused("{'model':'" + "x".repeat(129) + "'}", ErrorCode.TOO_LARGE, "model has");
        refused("{'tools':[" + tools + "]}", ErrorCode.TOO_LARGE, "tools has more than 64");
        refused("{'tools':['" + "x".repeat(33_000) + "']}", ErrorCode.TOO_LARGE, "tools has");
        refused("{'metadata':{" + entries + "}}", ErrorCode.TOO_LARGE, "metadata has more than 32");
        refused("{'metadata':{'a':'" + "x".repeat(513) + "'}}", ErrorCode.TOO_LARGE, "metadata.a has");
        refused("x".repeat(Limits.DEFAULT.frameBytes() + 1), ErrorCode.TOO_LARGE, "body");
    }

    private static NewSession accepted(String body) {
        return assertInstanceOf(Outcome.Done.class, parse(body)).value() instanceof NewSession session ? session : null;
    }

    private static void refused(String body, ErrorCode code, String why) {
        var refused = assertInstanceOf(Outcome.Refused.class, parse(body));
        assertEquals(code, refused.code());
        assertTrue(refused.message().contains(why), refused.message());
    }

    private static Outcome<NewSession> parse(String body) {
        return ProfileJson.parse(body.replace('\'', '"'), "scripted", Limits.DEFAULT);
    }
}
