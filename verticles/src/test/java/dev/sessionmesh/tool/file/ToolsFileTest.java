package dev.sessionmesh.tool.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ToolsFileTest {
    private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=";

    @TempDir
    private Path folder;

    @BeforeEach
    void secrets() throws IOException {
        Files.writeString(folder.resolve("key"), KEY + "\n");
        Files.writeString(folder.resolve("headers"), "Authorization: Bearer t0ps3cret\n\nX-Team: ops\n");
        Files.writeString(folder.resolve("bad-key"), "whsec_t0ps3cret");
        Files.writeString(folder.resolve("bad-headers"), "Authorization Bearer t0ps3cret\n");
        Files.writeString(folder.resolve("own-headers"), "Host: t0ps3cret\n");
    }

    @Test
    void a_file_names_servers_and_tools_with_what_is_not_said_filled_in() throws Exception {
        NodeTools tools = read("""
            {"mcp": {"search": {"url": "https://mcp.example/mcp?x=1", "headersFile": "headers", "timeoutMs": 5000,
                "tools": {"*": {"approval": "always"}, "find": {"approval": "never", "idempotent": "hint"}, "get": {"idempotent": true}}}},
             "http": {"refund": {"url": "http://127.0.0.1:8080/refund", "description": "Pays back", "secretFile": "key",
                "parameters": {"type": "object"}, "retries": 0, "idempotent": true,
                "approval": {"when": {">": [{"var": "arguments.amount"}, 100]}, "needed": 2, "approvers": ["role:lead", "user:bob"],
                  "separateDuty": true, "expiresInMs": 60000, "onExpiry": "ask", "remindAfterMs": 1000, "escalateAfterMs": 2000,
                  "escalateTo": ["role:boss"], "reason": "money"}}}}
            """);
        NodeTools.McpServer search = tools.mcp().get("search");
        assertEquals("https://mcp.example/mcp?x=1", search.url().toString());
        assertEquals(Duration.ofSeconds(5), search.timeout());
        assertEquals("Bearer t0ps3cret", search.headers().getFirst().value().reveal());
        assertEquals(2, search.headers().size());
        assertEquals(Optional.of(ApprovalPolicy.NEVER), search.policy("find").approval());
        assertEquals(
                Optional.of(NodeTools.Idempotence.HINT), search.policy("find").idempotence());
        assertEquals(Optional.of(ApprovalPolicy.ALWAYS), search.policy("get").approval(), "as for every tool");
        assertEquals(
                Optional.of(NodeTools.Idempotence.YES), search.policy("get").idempotence());
        assertEquals(Optional.of(ApprovalPolicy.ALWAYS), search.policy("other").approval());
        NodeTools.HttpTool refund = tools.http().get("refund");
        assertEquals(KEY, refund.signingKey().reveal());
        assertEquals(0, refund.retries());
        assertEquals(ToolLimits.DEFAULT.timeout(), refund.timeout());
        assertEquals("{\"type\":\"object\"}", refund.parameters());
        assertEquals(
                new ApprovalPolicy(
                        ApprovalPolicy.When.RULE,
                        "{\">\":[{\"var\":\"arguments.amount\"},100]}",
                        new ApprovalTerms(
                                "money",
                                2,
                                List.of("role:lead", "user:bob"),
                                true,
                                60_000,
                                ApprovalTerms.OnExpiry.ASK,
                                1_000,
                                2_000,
                                List.of("role:boss"))),
                refund.approval().orElseThrow());
    }

    @Test
    void nothing_in_it_is_nothing() throws Exception {
        assertEquals(NodeTools.NONE, read("{}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                bad_json      | {"mcp":                                                                             |
                bad_json      | {"mcp":{},"mcp":{}}                                                                 |
                unknown_field | {"MCP":{}}                                                                          | MCP
                bad_field     | []                                                                                  | the file
                bad_field     | {"mcp":[]}                                                                          | mcp
                bad_name      | {"mcp":{"a b":{}}}                                                                  | mcp.a b
                missing_field | {"mcp":{"a":{}}}                                                                    | mcp.a.url
                unknown_field | {"mcp":{"a":{"uri":"https://h"}}}                                                   | mcp.a.uri
                bad_url       | {"mcp":{"a":{"url":"file:///etc/passwd"}}}                                          | mcp.a.url
                bad_url       | {"mcp":{"a":{"url":"https://user:pw@host/"}}}                                       | mcp.a.url
                bad_url       | {"mcp":{"a":{"url":"https://"}}}                                                    | mcp.a.url
                bad_url       | {"mcp":{"a":{"url":"/mcp"}}}                                                        | mcp.a.url
                bad_field     | {"mcp":{"a":{"url":"https://h","timeoutMs":1}}}                                     | mcp.a.timeoutMs
                bad_field     | {"mcp":{"a":{"url":"https://h","tools":{"t":{"idempotent":"maybe"}}}}}              | mcp.a.tools.t.idempotent
                bad_field     | {"mcp":{"a":{"url":"https://h","tools":{"t":{"approval":"sometimes"}}}}}            | mcp.a.tools.t.approval
                bad_rule      | {"mcp":{"a":{"url":"https://h","tools":{"t":{"approval":{"when":{"x":1}}}}}}}       | mcp.a.tools.t.approval.when
                bad_field     | {"mcp":{"a":{"url":"https://h","tools":{"t":{"approval":{"needed":0}}}}}}           | mcp.a.tools.t.approval.needed
                bad_field     | {"mcp":{"a":{"url":"https://h","tools":{"t":{"approval":{"approvers":["bob"]}}}}}}  | mcp.a.tools.t.approval.approvers
                bad_secret    | {"mcp":{"a":{"url":"https://h","headersFile":"missing"}}}                           | mcp.a.headersFile
                bad_secret    | {"mcp":{"a":{"url":"https://h","headersFile":"bad-headers"}}}                       | mcp.a.headersFile
                bad_secret    | {"mcp":{"a":{"url":"https://h","headersFile":"own-headers"}}}                       | mcp.a.headersFile
                missing_field | {"http":{"a":{"url":"https://h"}}}                                                  | http.a.secretFile
                bad_secret    | {"http":{"a":{"url":"https://h","secretFile":"bad-key"}}}                           | http.a.secretFile
                bad_schema    | {"http":{"a":{"url":"https://h","secretFile":"key","parameters":{"$ref":"#"}}}}     | http.a.parameters
                bad_field     | {"http":{"a":{"url":"https://h","secretFile":"key","retries":99}}}                  | http.a.retries
                """)
    void what_is_wrong_is_told_with_a_code_and_its_place_and_without_secrets(String code, String text, String place)
            throws Exception {
        ToolsFileException problem = assertThrows(ToolsFileException.class, () -> read(text));
        assertEquals(code, problem.code(), problem.getMessage());
        assertTrue(problem.getMessage().startsWith(code + ": " + (place == null ? "" : place)), problem.getMessage());
        assertFalse(problem.getMessage().contains("t0ps3cret"), problem.getMessage());
    }

    @Test
    void a_file_that_is_not_there_is_told() {
        ToolsFileException problem = assertThrows(
                ToolsFileException.class, () -> ToolsFile.read(folder.resolve("none"), ToolLimits.DEFAULT));
        assertEquals("unreadable", problem.code());
    }

    @Test
    void secrets_stay_out_of_what_is_printed() throws Exception {
        NodeTools tools = read("""
            {"mcp": {"a": {"url": "https://h", "headersFile": "headers"}},
             "http": {"b": {"url": "https://h", "secretFile": "key"}}}
            """);
        assertFalse(tools.toString().contains("t0ps3cret") || tools.toString().contains(KEY), tools.toString());
    }

    private NodeTools read(String text) throws IOException {
        Path file = folder.resolve("tools.json");
        Files.writeString(file, text);
        return ToolsFile.read(file, ToolLimits.DEFAULT);
    }
}
