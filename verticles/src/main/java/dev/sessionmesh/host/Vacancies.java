package dev.sessionmesh.host;

import dev.sessionmesh.core.SessionKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Since when turns are known to have nobody who runs them: how long a takeover took is counted from there. */
final class Vacancies {
    /** @param sinceNanos when it was noticed */
    record Vacancy(String turn, int epoch, Need need, long sinceNanos) {}

    private final Map<SessionKey, Vacancy> vacancies = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /** @param nanos a monotonic clock */
    Vacancies(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * However often it is noticed, the first time counts.
     *
     * @param epoch of the runner that is lost
     */
    void noticed(SessionKey key, String turn, int epoch, Need need) {
        @Nullable Vacancy known = vacancies.get(key);
        if (known == null || !known.turn().equals(turn) || known.epoch() != epoch) {
            vacancies.put(key, new Vacancy(turn, epoch, need, nanos.getAsLong()));
        }
    }

    /** Somebody here takes it. */
    Optional<Vacancy> filled(SessionKey key) {
        return Optional.ofNullable(vacancies.remove(key));
    }

    void forget(SessionKey key) {
        vacancies.remove(key);
    }
}
