package dev.sessionmesh.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChunkCodecTest {
    private static final List<EventBatch> CHUNK = List.of(
            new EventBatch(2, 1_000, List.of(new Event.TurnReceived("t1", "c1", Actor.SYSTEM))),
            new EventBatch(
                    3,
                    2_000,
                    List.of(new Event.Tokens("t1", "m1", 0, DeltaKind.TEXT, TokenRun.of(List.of("a ", "b "))))));

    /** The form of version 1, for ever. */
    private static final String V1 =
            "01042c0104d00f0203047431046331020c73797374656d00002c0106a01f0201047431046d3100000861206220040404";

    @Test
    void chunks_come_back_as_they_were() {
        assertEquals(CHUNK, ChunkCodec.decode(ChunkCodec.encode(CHUNK)));
    }

    @Test
    void the_bytes_of_version_1_never_change() {
        assertEquals(V1, HexFormat.of().formatHex(ChunkCodec.encode(CHUNK)));
        assertEquals(CHUNK, ChunkCodec.decode(HexFormat.of().parseHex(V1)));
    }

    @Test
    void wild_bytes_are_refused_by_name() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = ChunkCodec.encode(CHUNK);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                ChunkCodec.decode(bytes);
            } catch (MalformedBytesException refused) {
                // what it is for
            }
        }
        assertThrows(MalformedBytesException.class, () -> ChunkCodec.decode(new byte[] {9}));
    }
}
