package dev.sessionmesh.codec.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sessionmesh.core.Limits;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandHashTest {
    private static final String[] DIFFERENT = {
        "{'type':'input','text':'a'}",
        "{'type':'input','text':'a','policy':'enqueue'}",
        "{'type':'input','text':'a','policy':'reject'}",
        "{'type':'input','text':'b'}",
        "{'type':'approve','callId':'k1'}",
        "{'type':'approve','callId':'k2'}",
        "{'type':'reject','callId':'k1'}",
        "{'type':'reject','callId':'k1','reason':'a'}",
        "{'type':'cancel'}",
        "{'type':'cancel','turn':'t1'}",
        "{'type':'steer','instruction':'a'}",
        "{'type':'steer','instruction':'a','turn':'t1'}",
        "{'type':'tool_result','callId':'k1','result':'a'}",
        "{'type':'tool_result','callId':'k1','error':'a'}",
        "{'type':'tool_result','callId':'k1','result':{'a':1,'b':2}}",
        "{'type':'tool_result','callId':'k1','result':{'a':2,'b':1}}",
        "{'type':'tool_result','callId':'k1','result':[1,2]}",
        "{'type':'tool_result','callId':'k1','result':[2,1]}",
        "{'type':'tool_result','callId':'k1','result':[[1],2]}",
        "{'type':'tool_result','callId':'k1','result':'1'}",
        "{'type':'tool_result','callId':'k1','result':1}",
        "{'type':'tool_result','callId':'k1','result':null}",
        "{'type':'tool_result','callId':'k1','result':'null'}",
        "{'type':'approve','callIds':['k1','k2']}",
        "{'type':'approve','callIds':['k2','k1']}",
        "{'type':'approve','callId':'k1','reason':'k2'}",
        "{'type':'approve','callId':'k1','arguments':{'a':1}}",
        "{'type':'approve','callId':'k1','arguments':{'a':2}}",
        "{'type':'approve','callId':'k1','remember':'session'}",
        "{'type':'approve','callId':'k1','argumentsHash':'HASH'}",
        "{'type':'approve','callId':'k1','argumentsHash':'HASH','remember':'session'}",
        "{'type':'reject','callId':'k1','argumentsHash':'HASH'}",
        "{'type':'delegate','callId':'k1','to':'bob'}",
        "{'type':'delegate','callId':'k1','to':'eve'}",
        "{'type':'revoke_grant','grant':'g1'}",
        "{'type':'tool_claim','callId':'k1'}",
        "{'type':'tool_heartbeat','callId':'k1'}",
        "{'type':'tool_release','callId':'k1'}",
        "{'type':'settle','callId':'k1','outcome':'ok','result':{'a':1}}",
        "{'type':'settle','callId':'k1','outcome':'ok','result':{'a':2}}",
        "{'type':'settle','callId':'k1','outcome':'error','error':'1 was sent'}",
        "{'type':'settle','callId':'k1','outcome':'error','error':'1 was lost'}",
        "{'type':'settle','callId':'k1','outcome':'retry'}",
        "{'type':'edit','turn':'t1','text':'a'}",
        "{'type':'edit','turn':'t1','text':'b'}",
        "{'type':'edit','turn':'t1','text':'a','policy':'enqueue'}",
        "{'type':'regenerate','turn':'t1'}",
        "{'type':'regenerate','turn':'t1','policy':'reject'}",
        "{'type':'select_branch','turn':'t1'}",
        "{'type':'reorder','turn':'t1'}",
        "{'type':'reorder','turn':'t1','before':'t2'}",
        "{'type':'withdraw','turn':'t1'}",
    };

    @Test
    void order_and_white_space_mean_nothing() {
        assertEquals(
                hash("{'type':'input','text':'a','policy':'reject','id':'c1'}"),
                hash("{ 'policy' : 'reject' ,'text':'a', 'type':'input','id':'c2','session':'s1','more':1}"));
        assertEquals(
                hash("{'type':'tool_result','callId':'k1','result':{'a':{'x':1,'y':[1,{'p':0,'q':0}]},'b':2}}"),
                hash("{'callId':'k1','type':'tool_result','result': {'b':2, 'a':{'y':[1,{'q':0,'p':0}],'x':1}}}"));
    }

    @Test
    void another_meaning_has_another_hash() {
        Map<Long, String> seen = new HashMap<>();
        for (String frame : DIFFERENT) {
            String twin = seen.put(hash(frame), frame);
            assertEquals(null, twin, frame);
        }
        assertNotEquals(0, hash(DIFFERENT[0]));
    }

    @Test
    void the_hashes_never_change() {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (String frame : DIFFERENT) {
            hashes.put(frame, Long.toHexString(hash(frame)));
        }
        assertEquals(Golden.expected("command-hashes.txt", hashes), hashes);
    }

    private static long hash(String frame) {
        return assertInstanceOf(ClientFrame.Submit.class, ClientFrames.parse(json(frame), Limits.DEFAULT))
                .bodyHash();
    }

    private static String json(String frame) {
        return frame.replace('\'', '"').replace("HASH", "0123456789abcdef".repeat(4));
    }
}
