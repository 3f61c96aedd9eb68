package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.client.Command.InputPolicy;
import dev.sessionmesh.client.Command.Verdict;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CommandWireTest {
    private static void assertWire(String expected, Command command) {
        assertEquals(new JsonObject(expected.replace('\'', '"')), command.wire());
    }

    @Test
    void what_people_say_names_its_policy() {
        for (InputPolicy policy : InputPolicy.values()) {
            assertWire(
                    "{'type':'input','text':'x','policy':'" + policy.wire() + "'}",
                    new Command.Input("x", Optional.of(policy)));
        }
        assertWire("{'type':'edit','turn':'t1','text':'x'}", new Command.Edit("t1", "x", Optional.empty()));
        assertWire(
                "{'type':'regenerate','turn':'t1','policy':'enqueue'}",
                new Command.Regenerate("t1", Optional.of(InputPolicy.ENQUEUE)));
        assertWire("{'type':'select_branch','turn':'t1'}", new Command.SelectBranch("t1"));
        assertWire("{'type':'reorder','turn':'t2','before':'t1'}", new Command.Reorder("t2", Optional.of("t1")));
        assertWire("{'type':'withdraw','turn':'t2'}", new Command.Withdraw("t2"));
        assertWire("{'type':'cancel'}", new Command.Cancel(Optional.empty()));
        assertWire("{'type':'steer','instruction':'x','turn':'t1'}", new Command.Steer("x", Optional.of("t1")));
    }

    @Test
    void decisions_name_one_call_or_several_and_what_they_are_about() {
        assertWire("{'type':'approve','callId':'k1'}", new Command.Approve("k1"));
        assertWire(
                "{'type':'approve','callIds':['k1','k2'],'remember':'session'}",
                new Command.Approve(List.of("k1", "k2"), Optional.empty(), Optional.empty(), true));
        assertWire(
                "{'type':'approve','callId':'k1','arguments':{'a':1},'argumentsHash':'ab'}",
                new Command.Approve(
                        List.of("k1"), Optional.of(new JsonObject().put("a", 1)), Optional.of("ab"), false));
        assertWire(
                "{'type':'reject','callId':'k1','reason':'no','argumentsHash':'ab'}",
                new Command.Reject(List.of("k1"), "no", Optional.of("ab")));
        assertWire("{'type':'delegate','callId':'k1','to':'carol'}", new Command.Delegate("k1", "carol"));
        assertWire("{'type':'revoke_grant','grant':'g1'}", new Command.RevokeGrant("g1"));
    }

    @Test
    void calls_are_settled_taken_kept_and_answered() {
        assertWire(
                "{'type':'settle','callId':'k1','outcome':'ok','result':[1]}",
                new Command.Settle("k1", Verdict.OK, Optional.of(List.of(1))));
        assertWire(
                "{'type':'settle','callId':'k1','outcome':'error','error':'no'}",
                new Command.Settle("k1", Verdict.ERROR, Optional.of("no")));
        assertWire(
                "{'type':'settle','callId':'k1','outcome':'retry'}",
                new Command.Settle("k1", Verdict.RETRY, Optional.of("ignored")));
        assertWire(
                "{'type':'tool_claim','callId':'k1','claimant':'c1','device':'phone'}",
                new Command.ClaimTool("k1", "c1", Optional.of("phone")));
        assertWire("{'type':'tool_heartbeat','callId':'k1','claimant':'c1'}", new Command.BeatTool("k1", "c1"));
        assertWire("{'type':'tool_release','callId':'k1','claimant':'c1'}", new Command.ReleaseTool("k1", "c1"));
        assertWire(
                "{'type':'tool_result','callId':'k1','result':1,'claimant':'c1'}",
                new Command.ToolResult("k1", 1, Optional.of("c1")));
        assertWire("{'type':'tool_result','callId':'k1','error':'no'}", new Command.ToolError("k1", "no"));
    }
}
