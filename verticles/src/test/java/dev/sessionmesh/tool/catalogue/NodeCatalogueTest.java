package dev.sessionmesh.tool.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalPolicy.When;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.ToolCatalogue.Verdict;
import dev.sessionmesh.tool.Calls;
import dev.sessionmesh.tool.KnownTools;
import dev.sessionmesh.tool.ListedTool;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.NodeTools.Idempotence;
import dev.sessionmesh.tool.NodeTools.McpPolicy;
import dev.sessionmesh.tool.Secret;
import dev.sessionmesh.tool.schema.ToolSchemas;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a session's agent has, and what a call of it needs. */
final class NodeCatalogueTest {
    private static final String NUMBER = "{\"properties\":{\"n\":{\"type\":\"number\"}},\"required\":[\"n\"]}";
    private static final String SMALL = "{\"properties\":{\"n\":{\"maximum\":10}}}";
    private static final String OVER_5 = "{\">\":[{\"var\":\"arguments.n\"},5]}";

    private final List<ListedTool> listed = new ArrayList<>();
    private final NodeTools node = new NodeTools(
            Map.of(
                    "search",
                    new NodeTools.McpServer(
                            "search",
                            URI.create("https://h"),
                            List.of(),
                            Duration.ofSeconds(1),
                            Map.of(
                                    "find",
                                    new McpPolicy(Optional.of(rule(OVER_5, 2)), Optional.of(Idempotence.HINT)),
                                    "write",
                                    new McpPolicy(Optional.empty(), Optional.of(Idempotence.NO))))),
            Map.of(
                    "refund",
                    new NodeTools.HttpTool(
                            "refund",
                            URI.create("https://h"),
                            "Pays back",
                            NUMBER,
                            new Secret("whsec_"),
                            Duration.ofSeconds(1),
                            0,
                            true,
                            Optional.of(ApprovalPolicy.ALWAYS))));
    private final ToolSchemas schemas = new ToolSchemas();
    private final NodeCatalogue catalogue = new NodeCatalogue(node, new Listed(), schemas);

    @Test
    void a_tool_of_the_node_is_described_by_the_node() {
        ToolSpec refund =
                catalogue.tools(profile(tool("refund", "http:refund"))).getFirst();
        assertEquals("Pays back", refund.description());
        assertEquals(NUMBER, refund.parameters());
        assertEquals(Executor.SERVER, refund.executor());
        assertTrue(refund.idempotent());
        assertEquals(When.ALWAYS, refund.approval().when());
    }

    @Test
    void a_session_may_describe_it_better_and_can_not_loosen_it() {
        ToolSpec bold = new ToolSpec(
                "refund",
                "Better",
                SMALL,
                Executor.CLIENT,
                "http:refund",
                false,
                ApprovalPolicy.NEVER,
                ToolSpec.Target.ANY);
        ToolSpec refund = catalogue.tools(profile(bold)).getFirst();
        assertEquals("Better", refund.description());
        assertEquals(SMALL, refund.parameters());
        assertEquals(Executor.SERVER, refund.executor());
        assertEquals(When.ALWAYS, refund.approval().when());
        assertInstanceOf(Verdict.Invalid.class, check(bold, "{\"n\":11}"), "the session's schema holds");
        assertInstanceOf(Verdict.Invalid.class, check(bold, "{}"), "and so does the node's");
        assertTrue(allowed(check(bold, "{\"n\":1}")).approval().isPresent());
    }

    @Test
    void whether_a_tool_may_be_run_again_is_the_operators_word() {
        listed.add(new ListedTool("find", "", "", true));
        listed.add(new ListedTool("write", "", "", true));
        listed.add(new ListedTool("other", "", "", true));
        for (boolean claimed : new boolean[] {true, false}) {
            List<ToolSpec> tools = catalogue.tools(
                    profile(idempotent("find", claimed), idempotent("write", claimed), idempotent("other", claimed)));
            assertEquals(
                    List.of(true, false, false),
                    tools.stream().map(ToolSpec::idempotent).toList());
        }
        listed.set(0, new ListedTool("find", "", "", false));
        assertFalse(
                catalogue.tools(profile(idempotent("find", true))).getFirst().idempotent());
    }

    @Test
    void a_star_stands_for_what_the_server_has_beside_what_is_named() {
        ToolSpec every = tool("*", "mcp:search");
        assertEquals(List.of(), catalogue.tools(profile(every)), "nothing is known yet");
        assertInstanceOf(Verdict.Allowed.class, check(every, "find", "{}"), "which whoever runs it will ask for");
        listed.add(new ListedTool("find", "Finds", NUMBER, false));
        listed.add(new ListedTool("mine", "Theirs", "", false));
        ToolSpec mine = tool("mine", "");
        List<ToolSpec> tools = catalogue.tools(profile(every, mine));
        assertEquals(List.of("find", "mine"), tools.stream().map(ToolSpec::name).toList());
        assertEquals(
                List.of("mcp:search", ""), tools.stream().map(ToolSpec::source).toList());
        assertInstanceOf(Verdict.Unknown.class, check(every, "nothing", "{}"));
        assertInstanceOf(Verdict.Invalid.class, check(every, "find", "{\"n\":\"x\"}"));
    }

    @Test
    void what_a_node_does_not_have_is_not_offered() {
        ToolSpec gone = tool("x", "mcp:gone");
        assertEquals(List.of(), catalogue.tools(profile(gone, tool("y", "http:gone"), tool("z", "ftp:x"))));
        assertInstanceOf(Verdict.Unknown.class, check(gone, "{}"));
    }

    @Test
    void the_nodes_rule_and_the_sessions_ask_each_by_itself() {
        ToolSpec plain = tool("find", "mcp:search");
        assertEquals(Optional.empty(), allowed(check(plain, "{\"n\":5}")).approval());
        assertEquals(
                2, allowed(check(plain, "{\"n\":6}")).approval().orElseThrow().needed());
        assertTrue(allowed(check(plain, "{}")).approval().isPresent(), "the rule can't be answered");
        ToolSpec strict = with(plain, rule("{\"==\":[{\"var\":\"arguments.n\"},1]}", 3));
        assertEquals(
                3, allowed(check(strict, "{\"n\":1}")).approval().orElseThrow().needed());
        assertEquals(
                3, allowed(check(strict, "{\"n\":6}")).approval().orElseThrow().needed());
        assertEquals(Optional.empty(), allowed(check(strict, "{\"n\":2}")).approval());
    }

    @Test
    void a_tool_of_a_front_end_is_what_the_session_says() {
        ToolSpec form = with(tool("form", ""), rule(OVER_5, 1));
        assertEquals(List.of(form), catalogue.tools(profile(form)));
        assertEquals(Optional.empty(), allowed(check(form, "{\"n\":1}")).approval());
        assertTrue(allowed(check(form, "not JSON")).approval().isPresent(), "it can't be held against the rule");
        assertInstanceOf(Verdict.Unknown.class, check(form, "other", "{}"));
    }

    @Test
    void what_can_not_be_checked_passes_only_where_nothing_is_asked() {
        Payload blob = new Payload.Blob("0".repeat(64), 100_000);
        assertInstanceOf(Verdict.Allowed.class, catalogue.check(profile(tool("form", "")), "form", blob));
        assertInstanceOf(
                Verdict.Invalid.class, catalogue.check(profile(tool("refund", "http:refund")), "refund", blob));
    }

    @Test
    void mistakes_in_a_scope_are_told_when_it_is_made() {
        assertProblem("", tool("refund", "http:refund"), tool("*", "mcp:search"), tool("form", ""));
        assertProblem("tools[1].source", tool("form", ""), tool("x", "mcp:gone"));
        assertProblem("tools[0].source", tool("x", "http:gone"));
        assertProblem("tools[0].source", tool("x", "ftp:x"));
        assertProblem("tools[0].approval.when", with(tool("form", ""), rule("{\"x\":1}", 1)));
        assertProblem(
                "tools[0].approval.needed",
                with(tool("form", ""), new ApprovalPolicy(When.ALWAYS, "", terms(2, List.of("user:a")))));
        ToolSpec circular = new ToolSpec(
                "form", "", "{\"$ref\":\"#\"}", Executor.CLIENT, "", false, ApprovalPolicy.NEVER, ToolSpec.Target.ANY);
        assertProblem("tools[0].parameters", circular);
    }

    private void assertProblem(String begins, ToolSpec... tools) {
        String problem = catalogue.problem(profile(tools)).orElse("");
        assertTrue(begins.isEmpty() ? problem.isEmpty() : problem.startsWith(begins), problem);
    }

    private Verdict check(ToolSpec tool, String arguments) {
        return check(tool, tool.name(), arguments);
    }

    private Verdict check(ToolSpec tool, String name, String arguments) {
        return catalogue.check(profile(tool), name, Payload.of(arguments));
    }

    private static Verdict.Allowed allowed(Verdict verdict) {
        return assertInstanceOf(Verdict.Allowed.class, verdict);
    }

    private static Profile profile(ToolSpec... tools) {
        return Calls.profile(tools);
    }

    private static ToolSpec tool(String name, String source) {
        return new ToolSpec(name, "", "", Executor.SERVER, source, false, ApprovalPolicy.NEVER, ToolSpec.Target.ANY);
    }

    private static ToolSpec idempotent(String name, boolean claimed) {
        return new ToolSpec(
                name, "", "", Executor.SERVER, "mcp:search", claimed, ApprovalPolicy.NEVER, ToolSpec.Target.ANY);
    }

    private static ToolSpec with(ToolSpec tool, ApprovalPolicy approval) {
        return new ToolSpec(
                tool.name(),
                tool.description(),
                tool.parameters(),
                tool.executor(),
                tool.source(),
                tool.idempotent(),
                approval,
                tool.target());
    }

    private static ApprovalPolicy rule(String rule, int needed) {
        return new ApprovalPolicy(When.RULE, rule, terms(needed, List.of()));
    }

    private static ApprovalTerms terms(int needed, List<String> approvers) {
        return new ApprovalTerms("", needed, approvers, false, 0, ApprovalTerms.OnExpiry.FAIL, 0, 0, List.of());
    }

    private final class Listed implements KnownTools {
        @Override
        public Collection<ListedTool> tools(String server) {
            return listed;
        }

        @Override
        public Optional<ListedTool> tool(String server, String name) {
            return listed.stream().filter(one -> one.name().equals(name)).findFirst();
        }
    }
}
