package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is here, as tabs of a node see it that asked, and as those don't that did not. */
@Timeout(60)
class PresenceTest {
    private static final FrameSchemas SCHEMAS = new FrameSchemas();
    private HttpNode node;

    @BeforeEach
    void start() throws Exception {
        node = new HttpNode();
        node.post("/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}");
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void who_asks_is_shown_everybody_and_then_every_change() throws Exception {
        Client ada = new Client("ada", "&presence=true&device=laptop");
        ada.until(shows("ada"));
        JsonObject self = ada.here("ada");
        assertEquals(ada.connection, self.getString("tab"));
        assertEquals("laptop", self.getString("device"));
        assertEquals("person", self.getString("kind"));
        assertTrue(ada.first.getBoolean("full"));

        Client bob = new Client("bob", "&device=phone");
        ada.until(shows("bob"));
        bob.say("{'type':'presence','typing':true,'focus':'the plan','status':'back at 3'}");
        ada.until(here -> here.containsKey("bob") && here.get("bob").getBoolean("typing", false));
        assertEquals("the plan", ada.here("bob").getString("focus"));
        assertEquals("back at 3", ada.here("bob").getString("status"));
        bob.say("{'type':'presence','typing':false,'focus':''}");
        ada.until(here -> !here.get("bob").containsKey("typing"));
        assertFalse(ada.here("bob").containsKey("focus"));

        bob.socket.abort();
        ada.until(here -> !here.containsKey("bob"));
        JsonObject left = ada.last.getJsonArray("left").getJsonObject(0);
        assertEquals("bob", left.getString("user"));
        assertEquals("phone", left.getString("device"));
    }

    @Test
    void who_does_not_ask_hears_nothing_of_it_and_can_still_ask() throws Exception {
        Client bob = new Client("bob", "");
        Client ada = new Client("ada", "&presence=true");
        ada.until(shows("bob"));
        bob.say("{'type':'presence','typing':true}");
        ada.until(here -> here.get("bob").getBoolean("typing", false));
        assertEquals(List.of(), bob.untilPong());
        bob.say("{'type':'presence','id':'w1','watch':true}");
        bob.until(shows("ada"));
        assertTrue(bob.first.getBoolean("full"));
        bob.say("{'type':'presence','watch':false}");
        bob.untilPong();
        new Client("carol", "");
        ada.until(shows("carol"));
        assertEquals(List.of(), bob.untilPong());
    }

    @Test
    void an_attach_asks_too_and_an_id_is_answered() throws Exception {
        Client ada = new Client("ada", null);
        ada.say("{'type':'attach','session':'s1','after':0,'presence':true,'device':'tv'}");
        ada.until(shows("ada"));
        assertEquals("tv", ada.here("ada").getString("device"));
        ada.say("{'type':'presence','id':'p1','session':'s1','status':'here'}");
        JsonObject ack = ada.until("ack");
        assertEquals("p1", ack.getString("id"));
        assertEquals(0, ack.getLong("seq"));
        ada.say("{'type':'attach','session':'s1','after':0,'device':'my tv'}");
        assertEquals("bad_field", ada.until("error").getString("code"));
        ada.say("{'type':'presence','session':'s2','typing':true}");
        assertEquals("not_attached", ada.until("error").getString("code"));
        JsonObject tooLong = new JsonObject()
                .put("type", "presence")
                .put("status", "x".repeat(HttpNode.LIMITS.presence().textBytes() + 1));
        ada.say(tooLong.encode());
        assertEquals("too_large", ada.until("error").getString("code"));
    }

    @Test
    void how_far_somebody_read_never_goes_back_and_not_beyond_what_he_was_sent() throws Exception {
        node.post("/v1/sessions/s1/inputs", "{\"text\":\"hello\"}");
        Client ada = new Client("ada", "&presence=true");
        ada.until("turn");
        ada.until(shows("ada"));
        ada.say("{'type':'read','seq':2}");
        ada.until(here -> here.get("ada").getLong("read", 0L) == 2);
        ada.say("{'type':'read','seq':1,'id':'r1'}");
        ada.until("ack");
        ada.say("{'type':'read','seq':1000,'id':'r2'}");
        assertEquals("position_ahead", ada.until("error").getString("code"));
        assertEquals(2, list().getJsonArray("here").getJsonObject(0).getLong("read"));
    }

    @Test
    void an_agent_is_here_while_it_runs_a_turn() throws Exception {
        Client ada = new Client("ada", "&presence=true");
        ada.until(shows("ada"));
        node.post("/v1/sessions/s1/inputs", "{\"text\":\"hello\"}");
        node.claim("s1", "t1");
        ada.until(shows("n1"));
        assertEquals("agent", ada.here("n1").getString("kind"));
        assertEquals("t1", ada.here("n1").getString("turn"));
        assertEquals("n1", list().getJsonArray("here").getJsonObject(0).getString("user"));
        Client late = new Client("bob", "&presence=true");
        late.until(shows("n1"));
        node.produce("s1", "t1", 1, new Output.End(TurnStatus.COMPLETED, "", "", Usage.UNKNOWN));
        ada.until(here -> !here.containsKey("n1"));
        late.until(here -> !here.containsKey("n1"));
    }

    @Test
    void the_list_counts_event_streams_and_remembers_who_left() throws Exception {
        HttpRequest request = node.request("/v1/sessions/s1/events?user=sue&device=kiosk")
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<java.io.InputStream> stream = node.client().send(request, BodyHandlers.ofInputStream());
        JsonArray here = awaitListed(1);
        assertEquals("sue", here.getJsonObject(0).getString("user"));
        assertEquals("kiosk", here.getJsonObject(0).getString("device"));
        stream.body().close();
        awaitListed(0);
        assertEquals("sue", list().getJsonArray("left").getJsonObject(0).getString("user"));
        assertEquals(404, node.get("/v1/sessions/s2/presence").statusCode());
        node.permits = false;
        assertEquals(403, node.get("/v1/sessions/s1/presence").statusCode());
    }

    @Test
    void who_loses_the_permission_is_shown_nothing_more_and_is_not_here_any_more() throws Exception {
        Client ada = new Client("ada", "&presence=true");
        ada.until(shows("ada"));
        node.permits = false;
        ada.until("detached");
        node.permits = true;
        awaitListed(0);
        new Client("bob", "&presence=true").until(shows("bob"));
        assertEquals(List.of(), ada.untilPong());
    }

    @Test
    void words_need_the_permission_to_write_and_come_at_a_bounded_rate() throws Exception {
        Client ada = new Client("ada", "&presence=true");
        ada.until(shows("ada"));
        node.writes = false;
        ada.say("{'type':'presence','id':'p1','status':'buy this'}");
        assertEquals("forbidden", ada.until("error").getString("code"));
        ada.say("{'type':'presence','id':'p2','watch':true}");
        ada.until("ack");
        for (int i = 0; i < 3 * HttpNode.LIMITS.presence().updatesPerSecond(); i++) {
            ada.say("{'type':'read','seq':0}");
        }
        JsonObject refused = ada.until("error");
        assertEquals("rate_limited", refused.getString("code"));
        assertTrue(refused.getLong("retryAfterMs") > 0);
    }

    @Test
    void what_makes_no_sense_in_an_address_is_refused() throws Exception {
        for (String wrong : List.of("presence=maybe", "device=a%20b")) {
            Client client = new Client("ada", "&" + wrong);
            assertEquals("bad_field", client.until("error").getString("code"), wrong);
        }
        assertEquals(
                400,
                node.send(node.request("/v1/sessions/s1/events?device=a%20b").header("Accept", "text/event-stream"))
                        .statusCode());
    }

    private static Predicate<Map<String, JsonObject>> shows(String user) {
        return here -> here.containsKey(user);
    }

    private JsonObject list() throws Exception {
        return new JsonObject(node.get("/v1/sessions/s1/presence").body());
    }

    private JsonArray awaitListed(int tabs) throws Exception {
        JsonArray here = list().getJsonArray("here");
        while (here.size() != tabs) {
            Thread.sleep(20);
            here = list().getJsonArray("here");
        }
        return here;
    }

    /** A tab that keeps track of who is here as the page of the protocol says. */
    private final class Client implements WebSocket.Listener {
        private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
        private final Map<String, JsonObject> here = new TreeMap<>();
        private final StringBuilder text = new StringBuilder();
        private final WebSocket socket;
        private final String connection;
        private JsonObject first = new JsonObject();
        private JsonObject last = new JsonObject();

        /** @param more of the address that attaches; null: it does not attach */
        Client(String user, String more) throws Exception {
            String address = more == null ? "/v1/ws?user=" : "/v1/sessions/s1/ws?after=0" + more + "&user=";
            socket = node.client()
                    .newWebSocketBuilder()
                    .buildAsync(node.webSocket(address + user), this)
                    .get(10, TimeUnit.SECONDS);
            connection = until("welcome").getString("connection");
        }

        void say(String frame) throws Exception {
            socket.sendText(frame.replace('\'', '"'), true).get(10, TimeUnit.SECONDS);
        }

        JsonObject here(String user) {
            return here.values().stream()
                    .filter(one -> one.getString("user").equals(user))
                    .findFirst()
                    .orElseThrow();
        }

        JsonObject until(String type) throws Exception {
            JsonObject frame = next();
            while (!frame.getString("type").equals(type)) {
                frame = next();
            }
            return frame;
        }

        /** @param enough of who is here, by user */
        void until(Predicate<Map<String, JsonObject>> enough) throws Exception {
            while (!enough.test(byUser())) {
                next();
            }
        }

        /** The frames of presence that came before the answer to a ping, and for a while after what is shown at the latest. */
        List<JsonObject> untilPong() throws Exception {
            Thread.sleep(2 * HttpNode.LIMITS.presence().interval().toMillis());
            say("{'type':'ping'}");
            List<JsonObject> presence = new java.util.ArrayList<>();
            for (JsonObject frame = next(); !frame.getString("type").equals("pong"); frame = next()) {
                if (frame.getString("type").equals("presence")) {
                    presence.add(frame);
                }
            }
            return presence;
        }

        private Map<String, JsonObject> byUser() {
            Map<String, JsonObject> byUser = new TreeMap<>();
            here.values().forEach(one -> byUser.put(one.getString("user"), one));
            return byUser;
        }

        private JsonObject next() throws Exception {
            JsonObject frame = frames.poll(10, TimeUnit.SECONDS);
            assertTrue(frame != null, "nothing came any more; here are " + here);
            assertEquals(List.of(), SCHEMAS.problemsOfServer(frame.encode()), frame.encode());
            if (frame.getString("type").equals("presence")) {
                apply(frame);
            }
            return frame;
        }

        private void apply(JsonObject frame) {
            last = frame;
            if (frame.getBoolean("full", false)) {
                here.clear();
                first = first.isEmpty() ? frame : first;
            }
            frame.getJsonArray("left").forEach(one -> here.remove(((JsonObject) one).getString("tab")));
            frame.getJsonArray("here").forEach(one -> here.put(((JsonObject) one).getString("tab"), (JsonObject) one));
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                frames.add(new JsonObject(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
