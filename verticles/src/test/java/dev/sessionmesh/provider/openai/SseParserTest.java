package dev.sessionmesh.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {
    private final List<String> events = new ArrayList<>();
    private SseParser parser = new SseParser(1_000, events::add);

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void any_line_end_in_any_chunking_gives_the_same_events(String end) {
        String stream = "\uFEFF: hello~event: message~data: one~~data:two~data:  three~id: 7~~~data~data: Ü🙂~~"
                .replace("~", end);
        Buffer bytes = Buffer.buffer(stream);
        for (int size = 1; size <= bytes.length(); size++) {
            events.clear();
            parser = new SseParser(1_000, events::add);
            for (int at = 0; at < bytes.length(); at += size) {
                parser.feed(bytes.slice(at, Math.min(bytes.length(), at + size)));
            }
            parser.end();
            assertEquals(List.of("one", "two\n three", "Ü🙂"), events, "in chunks of " + size);
        }
    }

    @Test
    void a_last_event_without_its_empty_line_counts_but_a_cut_line_does_not() {
        parser.feed(Buffer.buffer("data: whole\ndata: cu"));
        parser.end();
        assertEquals(List.of("whole"), events);
    }

    @Test
    void an_event_is_bounded_in_one_line_and_in_many() {
        assertThrows(Fault.Raised.class, () -> parser.feed(Buffer.buffer("data: " + "x".repeat(1_000))));
        SseParser other = new SseParser(1_000, events::add);
        assertThrows(
                Fault.Raised.class, () -> other.feed(Buffer.buffer(("data: " + "x".repeat(100) + "\n").repeat(20))));
    }

    @Test
    void many_events_together_may_be_longer_than_one() {
        parser.feed(Buffer.buffer(("data: " + "x".repeat(500) + "\n\n").repeat(20)));
        assertEquals(20, events.size());
    }
}
