package dev.sessionmesh.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.codec.BundleCodec;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.memory.MemorySessionStore;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.presence.VertxPresenceBus;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.Placement;
import dev.sessionmesh.routing.VertxBus;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PresenceFeedTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private Presence presence;
    private PresenceFeed feed;

    @BeforeEach
    void open() {
        vertx.eventBus().registerDefaultCodec(Bundle.class, new BundleCodec());
        Loops loops = new VertxLoops(vertx);
        MemorySessionStore store = new MemorySessionStore(Limits.DEFAULT, new AtomicLong()::incrementAndGet);
        store.create(KEY, Profile.ofModel("scripted:test"), 0)
                .toCompletableFuture()
                .join();
        Exchanges exchanges = new Exchanges(loops, new VertxBus(vertx), store, new Alone(), 1);
        presence = new Presence(
                loops, new VertxPresenceBus(vertx), "n1", Set::of, Limits.DEFAULT.presence(), InstantSource.system());
        feed = new PresenceFeed(KEY, presence, exchanges);
        loop.runOnContext(now -> feed.open());
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void a_tab_that_is_too_slow_for_a_change_gets_all_of_it_when_it_reads_again() throws Exception {
        Viewer quick = new Viewer();
        Viewer slow = new Viewer();
        loop.runOnContext(now -> {
            feed.add(quick);
            feed.add(slow);
        });
        assertTrue(quick.next().getBoolean("full"));
        assertTrue(slow.next().getBoolean("full"));
        slow.writable = false;
        for (int i = 0; i < 3; i++) {
            presence.join(KEY, "tab" + i, new Actor(Actor.Kind.PERSON, "ada"), "");
            assertEquals(
                    "tab" + i,
                    quick.next().getJsonArray("here").getJsonObject(0).getString("tab"));
        }
        assertEquals(0, slow.frames.size());
        slow.writable = true;
        loop.runOnContext(now -> feed.pump(slow));
        JsonObject all = slow.next();
        assertTrue(all.getBoolean("full"));
        assertEquals(3, all.getJsonArray("here").size());
        presence.join(KEY, "tab3", new Actor(Actor.Kind.PERSON, "ada"), "");
        assertEquals(slow.next(), quick.next());
        assertEquals(0, quick.frames.size(), "who was quick enough was told nothing twice");
    }

    @Test
    void a_tab_that_is_too_slow_for_the_first_frame_gets_it_later() throws Exception {
        Viewer slow = new Viewer();
        slow.writable = false;
        loop.runOnContext(now -> feed.add(slow));
        slow.refused.poll(10, TimeUnit.SECONDS);
        slow.writable = true;
        loop.runOnContext(now -> feed.pump(slow));
        assertTrue(slow.next().getBoolean("full"));
    }

    private static final class Viewer implements PresenceFeed.Onlooker {
        private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
        private final BlockingQueue<WireFrame> refused = new LinkedBlockingQueue<>();
        private volatile boolean writable = true;

        @Override
        public boolean signal(WireFrame frame) {
            boolean taken = writable; // read once: the test turns it as soon as a frame was refused
            if (taken) {
                frames.add(new JsonObject(new String(frame.json(), StandardCharsets.UTF_8)));
            } else {
                refused.add(frame);
            }
            return taken;
        }

        JsonObject next() throws InterruptedException {
            JsonObject frame = frames.poll(10, TimeUnit.SECONDS);
            assertNotNull(frame, "nothing came");
            return frame;
        }
    }

    private static final class Alone implements Placement {
        @Override
        public String self() {
            return "n1";
        }

        @Override
        public String ownerOf(SessionKey key) {
            return "n1";
        }

        @Override
        public Gap compare(SessionKey key, String follower, long seq, long generation) {
            return Gap.NONE;
        }

        @Override
        public boolean isGone(String incarnation) {
            return false;
        }
    }
}
