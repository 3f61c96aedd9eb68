package dev.sessionmesh.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
    @Test
    void its_token_is_read_back() {
        Random random = new Random(3);
        for (int i = 0; i < 1_000; i++) {
            Position position = new Position(random.nextLong(), random.nextLong() >>> random.nextInt(1, 64));
            assertEquals(Optional.of(position), Position.parse(position.token()));
            assertTrue(position.token().matches("[A-Za-z0-9_-]{23}"), "fits a URL as it is");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "!", "AQ", "AAAAAAAAAAAAAAAAAAAAAAA", "AgAAAAAAAAABAAAAAAAAAAI", "äöü", "42"})
    void anything_else_is_no_position(String token) {
        assertEquals(Optional.empty(), Position.parse(token));
    }

    @Test
    void a_token_with_a_negative_seq_is_no_position() {
        byte[] bytes = new byte[17];
        bytes[0] = 1;
        bytes[9] = (byte) 0x80;
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        assertEquals(Optional.empty(), Position.parse(token));
        assertThrows(IllegalArgumentException.class, () -> new Position(1, -1));
    }

    @Test
    void a_very_long_token_is_not_even_read() {
        assertEquals(Optional.empty(), Position.parse("A".repeat(10_000_000)));
    }
}
