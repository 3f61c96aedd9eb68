package dev.sessionmesh.cluster.agreement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ViewCodecTest {
    private static final View VIEW = View.first("lin", List.of("a", "b"));
    private static final Ballot BALLOT = new Ballot(7, "b");
    private static final Remembered REMEMBERED = new Remembered(
            VIEW,
            new Vote(new Ballot(9, "a"), BALLOT, VIEW.next(List.of("a", "b", "c"))),
            new TreeSet<>(List.of("a", "c")),
            new TreeSet<>());

    static List<Envelope> samples() {
        var samples = new ArrayList<Envelope>();
        for (var message : List.of(
                new ViewMessage.Status(REMEMBERED, false, true, false, 3, new TreeMap<>(Map.of("b", 2L))),
                new ViewMessage.Status(Remembered.NOTHING, true, false, true, 0, new TreeMap<>()),
                new ViewMessage.Status(REMEMBERED.mergedInto(List.of("d")), true, false, true, 0, new TreeMap<>()),
                new ViewMessage.Prepare(VIEW, BALLOT),
                new ViewMessage.Promise(BALLOT, REMEMBERED.vote()),
                new ViewMessage.Accept(VIEW, BALLOT, VIEW.forced(List.of("c"))),
                new ViewMessage.Accepted(BALLOT))) {
            samples.add(new Envelope("a", "a1", 42, new TreeMap<>(Map.of("a", "a1", "b", "b3")), message));
        }
        return samples;
    }

    @Test
    void every_message_survives_the_way() {
        for (var sample : samples()) {
            assertEquals(sample, ViewCodec.decodeEnvelope(ViewCodec.encode(sample)));
        }
        for (var remembered : List.of(Remembered.NOTHING, REMEMBERED, REMEMBERED.mergedInto(List.of("d")))) {
            assertEquals(remembered, ViewCodec.decodeRemembered(ViewCodec.encode(remembered)));
        }
    }

    @Test
    void version_3_has_these_bytes() {
        assertEquals(
                "03" // version
                        + "0001" + "61" + "0002" + "6131" // from, incarnation
                        + "000000000000002a" // number
                        + "0002" + "0001" + "61" + "0002" + "6131" + "0001" + "62" + "0002" + "6233" // present
                        + "05" + "0000000000000007" + "0001" + "62", // accepted, ballot
                HexFormat.of().formatHex(ViewCodec.encode(samples().getLast())));
    }

    @Test
    void what_was_remembered_without_a_company_had_everybody_for_it() {
        var first = "01" // version
                + "0001" + "6c" + "0000000000000000" + "0000000000000001" + "0002" + "0001" + "61" + "0001" + "62"
                + ("0000000000000000" + "0000") // promised
                + ("0000000000000000" + "0000") // accepted at
                + ("0000" + "0000000000000000" + "0000000000000000" + "0000"); // accepted
        var view = View.first("l", List.of("a", "b"));
        assertEquals(
                new Remembered(view, Vote.NONE, view.names(), new TreeSet<>()),
                ViewCodec.decodeRemembered(HexFormat.of().parseHex(first)));
    }

    @Test
    void damaged_bytes_are_refused_and_nothing_else_happens() {
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            var samples = samples();
            var bytes = ViewCodec.encode(samples.get(random.nextInt(samples.size())));
            var damaged = random.nextBoolean() ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                ViewCodec.decodeEnvelope(damaged);
            } catch (IllegalArgumentException expected) {
                refused++;
            }
        }
        assertTrue(refused > 10_000, "refused: " + refused);
    }

    @Test
    void a_full_cluster_fits() {
        var names = IntStream.range(0, View.NAMES_MAX)
                .mapToObj(i -> "n".repeat(60) + i)
                .toList();
        var view = View.first("lineage", names);
        var present = new TreeMap<String, String>();
        names.forEach(name -> present.put(name, "00000000-0000-0000-0000-000000000000"));
        var status = new ViewMessage.Status(
                new Remembered(view, new Vote(BALLOT, BALLOT, view), view.names(), view.names()),
                false,
                false,
                false,
                0,
                new TreeMap<>());
        assertTrue(ViewCodec.encode(new Envelope("a", "a1", 1, present, status)).length < ViewCodec.BYTES_MAX / 4);
    }

    @Test
    void another_version_is_named_in_the_refusal() {
        var bytes = ViewCodec.encode(REMEMBERED);
        bytes[0] = 2;
        var refusal = assertThrows(IllegalArgumentException.class, () -> ViewCodec.decodeRemembered(bytes));
        assertEquals("format version 2, this is 3", refusal.getMessage());
    }
}
