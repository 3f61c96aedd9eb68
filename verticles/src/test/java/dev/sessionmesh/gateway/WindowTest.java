package dev.sessionmesh.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.routing.Delivery;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");

    @Test
    void a_tab_gets_every_event_once_and_in_order_wherever_it_stands() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Window window = new Window(KEY, 0, 20_000 + random.nextInt(100_000), 2_000);
            List<String> log = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                window.add(next(random, log));
                if (random.nextInt(3) == 0) {
                    assertReadsOnFrom(random.nextInt(log.size() + 1), window, log);
                }
            }
            assertReadsOnFrom(log.size() - 1, window, log);
        }
    }

    @Test
    void what_was_said_one_by_one_takes_little_room_once_it_is_old() {
        Window window = new Window(KEY, 0, 65_536, 32_768);
        for (int i = 1; i <= 2_000; i++) {
            window.add(tokens(i, 1, List.of("token ")));
        }
        assertTrue(window.after(800).isPresent(), "1,200 tokens of 6 bytes fit into 64 KB");
        assertEquals(2_000, window.after(800).orElseThrow().seq());
    }

    @Test
    void whoever_stands_before_a_hole_reads_from_the_log() {
        Window window = new Window(KEY, 0, 65_536, 32_768);
        window.add(tokens(1, 1, List.of("a ", "b ", "c ")));
        window.add(tokens(6, 1, List.of("f ", "g ")));
        assertTrue(window.after(1).isEmpty());
        assertTrue(window.after(4).isEmpty());
        assertEquals(7, window.after(5).orElseThrow().seq());
        window.add(tokens(7, 1, List.of("g ", "h ", "i ")));
        assertTrue(window.after(5).isEmpty(), "what overlaps is no continuation either");
        assertEquals(9, window.after(6).orElseThrow().seq());
    }

    private static void assertReadsOnFrom(int seq, Window window, List<String> log) {
        long at = seq;
        while (at < window.head()) {
            Optional<WireFrame> next = window.after(at);
            if (next.isEmpty()) {
                assertEquals(seq, at, "a tab that was in the window stays in it");
                return;
            }
            assertEquals(at + 1, next.get().from());
            JsonObject frame = new JsonObject(new String(next.get().json(), StandardCharsets.UTF_8));
            StringBuilder expected = new StringBuilder();
            for (long i = at; i < next.get().seq(); i++) {
                expected.append(log.get((int) i));
            }
            assertEquals(expected.toString(), frame.getString("text", ""));
            at = next.get().seq();
        }
        assertEquals(log.size(), at);
    }

    private static Delivery next(Random random, List<String> log) {
        long from = log.size() + 1L;
        if (random.nextInt(30) == 0) {
            log.add("");
            return new Delivery(KEY, new EventBatch(from, 0, List.of(new Event.Forked(random.nextLong()))));
        }
        List<Event> events = new ArrayList<>();
        do {
            List<String> pieces = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                pieces.add("t" + from + "." + i + " ".repeat(random.nextInt(60)));
            }
            if (random.nextInt(10) == 0) {
                log.add("");
                events.add(new Event.Forked(random.nextLong()));
            } else {
                log.addAll(pieces);
                events.add(run(1 + random.nextInt(40) / 39, pieces));
            }
        } while (random.nextInt(10) == 0);
        return new Delivery(KEY, new EventBatch(from, 0, events));
    }

    private static Delivery tokens(long from, int message, List<String> pieces) {
        return new Delivery(KEY, new EventBatch(from, 0, List.of(run(message, pieces))));
    }

    private static Event run(int message, List<String> pieces) {
        return new Event.Tokens("t1", "m" + message, 0, DeltaKind.TEXT, TokenRun.of(pieces));
    }
}
