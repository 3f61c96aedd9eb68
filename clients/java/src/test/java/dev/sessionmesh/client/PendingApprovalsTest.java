package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PendingApprovalsTest {
    private final PendingApprovals approvals = new PendingApprovals();
    private int seq;

    @Test
    void events_keep_an_approval_up_to_date_until_it_is_decided() {
        see(
                "approval",
                "{'turn':'t1','callId':'k1','name':'refund','arguments':{'eur':9},'argumentsHash':'ab','needed':2}");
        see("approval_vote", "{'callId':'k1','by':'ann','approvals':1,'needed':2}");
        assertEquals(List.of("ann"), only().voters());
        see("approval_edited", "{'callId':'k1','by':'bob','arguments':{'eur':5},'argumentsHash':'cd'}");
        see("approval_edited", "{'callId':'k1','by':'bob','arguments':{'eur':4},'argumentsHash':'ef'}");
        see("approval_delegated", "{'callId':'k1','by':'bob','to':'carol'}");
        see("approval_escalated", "{'callId':'k1','to':['role:boss']}");
        assertEquals(List.of(), only().voters(), "votes for other arguments are void");
        assertEquals(Optional.of(new JsonObject().put("eur", 4)), only().arguments());
        assertEquals(Optional.of(new JsonObject().put("eur", 9)), only().original());
        assertEquals("ef", only().terms().argumentsHash());
        assertEquals(List.of("carol"), only().delegates());
        assertEquals(List.of("role:boss"), only().escalatedTo());
        see("approval_resolved", "{'callId':'k1','decision':'approved','by':'carol'}");
        assertTrue(approvals.list().isEmpty());
    }

    @Test
    void a_snapshot_takes_the_place_of_what_was_known() {
        see("approval", "{'turn':'t1','callId':'k1','name':'refund','arguments':{}}");
        approvals.see(read("{'type':'attached','session':'s1','head':9,'pos':'p','resumed':true,'client':'c'}"));
        assertEquals("k1", only().callId());
        approvals.see(
                read(
                        "{'type':'attached','session':'s1','head':9,'pos':'p','resumed':false,'client':'c','snapshot':"
                                + "{'seq':9,'messages':0,'approvals':[{'turn':'t2','callId':'k2','name':'look','needed':2,'separateDuty':true,"
                                + "'askedBy':'ann','votes':[{'by':'bob','at':'then'}],'delegates':['carol'],'deadline':'soon','truncated':true}]}}"));
        assertEquals("k2", only().callId());
        assertEquals(Optional.empty(), only().arguments());
        assertEquals(List.of("bob"), only().voters());
        assertEquals(List.of("carol"), only().delegates());
        assertEquals(Optional.of("soon"), only().deadline());
        assertTrue(only().terms().separateDuty());
    }

    private PendingApproval only() {
        assertEquals(1, approvals.list().size());
        return approvals.list().getFirst();
    }

    private void see(String type, String fields) {
        JsonObject event = new JsonObject(fields.replace('\'', '"'));
        approvals.see((Frame.Logged) Frame.read(
                event.put("type", type).put("session", "s1").put("seq", ++seq).encode()));
    }

    private static Frame.Attached read(String json) {
        return (Frame.Attached) Frame.read(json.replace('\'', '"'));
    }
}
