package dev.sessionmesh.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.SessionKey;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class VacanciesTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private final AtomicLong clock = new AtomicLong();
    private final Vacancies vacancies = new Vacancies(clock::get);

    @Test
    void it_counts_from_the_first_time_that_it_was_noticed() {
        clock.set(10);
        vacancies.noticed(KEY, "t1", 1, Need.GONE);
        clock.set(50);
        vacancies.noticed(KEY, "t1", 1, Need.LEASE);
        Vacancies.Vacancy vacancy = vacancies.filled(KEY).orElseThrow();
        assertEquals(10, vacancy.sinceNanos());
        assertEquals(Need.GONE, vacancy.need());
        assertTrue(vacancies.filled(KEY).isEmpty());
    }

    @Test
    void another_runner_that_is_lost_too_is_another_vacancy() {
        vacancies.noticed(KEY, "t1", 1, Need.GONE);
        clock.set(50);
        vacancies.noticed(KEY, "t1", 2, Need.LOST);
        assertEquals(50, vacancies.filled(KEY).orElseThrow().sinceNanos());
    }
}
