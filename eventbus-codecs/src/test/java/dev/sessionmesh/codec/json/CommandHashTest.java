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
        return assertInstanceOf(ClientFrame.Submit.class, ClientFrames.parse(frame.replace('\'', '"'), Limits.DEFAULT))
                .bodyHash();
    }
}
