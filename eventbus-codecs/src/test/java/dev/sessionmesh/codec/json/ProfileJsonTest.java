package dev.sessionmesh.codec.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
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
