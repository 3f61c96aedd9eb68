package dev.sessionmesh.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackingTest {
    private static final int FRAME_CHARS = 16_384;

    @Test
    void a_folded_log_has_the_same_text_at_the_same_seqs() {
        for (int seed = 0; seed < 200; seed++) {
            List<EventBatch> log = log(new Random(seed));
            List<EventBatch> folded = Packing.fold(log);
            assertEquals(log.getLast().to(), folded.getLast().to(), "seed " + seed);
            assertEquals(text(log), text(folded), "seed " + seed);
            long next = 1;
            for (EventBatch batch : folded) {
                assertEquals(next, batch.from(), "seed " + seed);
                next = batch.to() + 1;
                for (Event event : batch.events()) {
                    if (event instanceof Event.Tokens tokens) {
                        assertTrue(tokens.span() == 1 || tokens.run().isFolded());
                        assertTrue(tokens.run().text().length() <= FRAME_CHARS, "fits into a frame");
                    } else {
                        assertTrue(eventsAt(log, batch.from()).contains(event));
                    }
                }
            }
            assertEquals(folded, Packing.fold(folded), "once is enough");
            assertEquals(folded, ArchiveCodec.batches(ArchiveCodec.record(folded)));
        }
    }

    @Test
    void where_tokens_began_is_what_it_saves() {
        List<EventBatch> log = new ArrayList<>();
        Random random = new Random(1);
        for (long seq = 1; seq <= 1_000; seq++) {
            log.add(new EventBatch(seq, seq, List.of(tokens("m1", word(random)))));
        }
        int before = ArchiveCodec.record(log).length;
        int after = ArchiveCodec.record(Packing.fold(log)).length;
        assertTrue(after < 0.85 * before, after + " of " + before);
    }

    @Test
    void a_single_token_is_left_alone() {
        Event.Tokens one = tokens("m1", "hello");
        EventBatch batch = new EventBatch(1, 1, List.of(one));
        assertSame(one, Packing.fold(List.of(batch)).getFirst().events().getFirst());
    }

    /** Messages of random tokens, some of them very long, with other events between and among them. */
    private static List<EventBatch> log(Random random) {
        List<EventBatch> log = new ArrayList<>();
        long next = 1;
        int messages = 0;
        for (int i = 0; i < 60; i++) {
            List<Event> events = new ArrayList<>();
            if (random.nextInt(8) == 0) {
                messages++;
                events.add(new Event.ToolStarted("k" + i));
            }
            String[] words = new String[1 + random.nextInt(5)];
            for (int word = 0; word < words.length; word++) {
                words[word] = random.nextInt(40) == 0 ? "x".repeat(9_000) : word(random);
            }
            events.add(tokens("m" + messages, words));
            if (random.nextInt(8) == 0) {
                events.add(new Event.ToolStarted("l" + i));
            }
            EventBatch batch = new EventBatch(next, i, events);
            log.add(batch);
            next = batch.to() + 1;
        }
        return log;
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(9); i >= 0; i--) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.append(' ').toString();
    }

    private static Event.Tokens tokens(String message, String... pieces) {
        return new Event.Tokens("t1", message, 0, DeltaKind.TEXT, TokenRun.of(List.of(pieces)));
    }

    private static String text(List<EventBatch> log) {
        StringBuilder text = new StringBuilder();
        for (EventBatch batch : log) {
            for (Event event : batch.events()) {
                text.append(event instanceof Event.Tokens tokens ? tokens.run().text() : "[" + event + "]");
            }
        }
        return text.toString();
    }

    private static List<Event> eventsAt(List<EventBatch> log, long seq) {
        return log.stream()
                .filter(batch -> batch.from() <= seq && seq <= batch.to())
                .flatMap(batch -> batch.events().stream())
                .toList();
    }
}
