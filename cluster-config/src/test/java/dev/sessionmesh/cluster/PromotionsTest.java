package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class PromotionsTest {
    private final Queue<Runnable> later = new ArrayDeque<>();
    private int orphans;
    private int resumed;
    private int told;
    private final Promotions promotions = new Promotions(() -> resumed++, () -> orphans, later::add);

    PromotionsTest() {
        promotions.onPromoted(() -> told++);
    }

    @Test
    void it_tells_whenever_partitions_have_an_owner_again() {
        orphans = 90;
        promotions.lost();
        look(3);
        int before = told;
        orphans = 40;
        look(3);
        assertEquals(before + 1, told);
        orphans = 0;
        look(3);
        assertEquals(before + 2, told);
        orphans = 7;
        look(3);
        assertEquals(before + 2, told, "more of them have none: nothing to take over");
    }

    @Test
    void it_tells_although_the_copies_were_there_before_the_news() {
        promotions.lost();
        assertEquals(0, told);
        look(1);
        assertEquals(1, told);
    }

    @Test
    void the_rest_is_cut_short_again_and_again_and_not_for_ever() {
        promotions.lost();
        int looks = 0;
        while (!later.isEmpty()) {
            look(1);
            looks++;
        }
        assertEquals(200, looks);
        assertEquals(20, resumed);
        assertTrue(told > 0);
    }

    @Test
    void each_loss_is_looked_after() {
        promotions.lost();
        look(150);
        promotions.lost();
        look(100);
        assertEquals(2, later.size() + 1, "the first is over, the second is not");
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            later.remove().run();
        }
    }
}
