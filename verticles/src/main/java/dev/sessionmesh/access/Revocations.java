package dev.sessionmesh.access;

import dev.sessionmesh.access.Revocation.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What was taken back, as far as this node has heard. Every connection is looked up here four times a second: by the texts that its claims have anyway, so that nothing is made
 * only to look.
 */
final class Revocations {
    /** The issuer's clock may be ahead of that of the node that took it back. */
    private static final long CLOCKS_DIFFER_MILLIS = 5_000;

    private static final long NEVER = Long.MIN_VALUE;

    /** By kind, tenant and subject: the instant until which. */
    private final Map<Kind, ConcurrentMap<String, ConcurrentMap<String, Long>>> before = new EnumMap<>(Kind.class);

    Revocations() {
        for (Kind kind : Kind.values()) {
            before.put(kind, new ConcurrentHashMap<>());
        }
    }

    synchronized void add(Revocation revocation) {
        of(revocation.kind())
                .computeIfAbsent(revocation.tenant(), tenant -> new ConcurrentHashMap<>())
                .merge(revocation.subject(), revocation.before(), Math::max);
    }

    /** What is older than any credential that it could concern says nothing any more. */
    synchronized void forget(long olderThan) {
        for (ConcurrentMap<String, ConcurrentMap<String, Long>> tenants : before.values()) {
            tenants.values().forEach(subjects -> subjects.values().removeIf(instant -> instant < olderThan));
            tenants.values().removeIf(Map::isEmpty);
        }
    }

    /** Whether it is good for nothing any more. */
    boolean isRevoked(Claims claims) {
        return until(Kind.TOKEN, claims, claims.tokenId().orElse("")) != NEVER
                || concerns(Kind.USER, claims, claims.user())
                || concerns(Kind.TENANT, claims, "");
    }

    boolean isRevoked(Claims claims, String session) {
        return concerns(Kind.SESSION, claims, session);
    }

    /** Not what does not expire: the key of a back end was issued once for all, and is taken back by taking it from its file. */
    private boolean concerns(Kind kind, Claims claims, String subject) {
        return claims.expiresAt().isPresent()
                && claims.issuedAt() - CLOCKS_DIFFER_MILLIS <= until(kind, claims, subject);
    }

    private long until(Kind kind, Claims claims, String subject) {
        @Nullable ConcurrentMap<String, Long> subjects = of(kind).get(claims.tenant());
        return subjects == null ? NEVER : subjects.getOrDefault(subject, NEVER);
    }

    private ConcurrentMap<String, ConcurrentMap<String, Long>> of(Kind kind) {
        return Objects.requireNonNull(before.get(kind), "every kind has its map");
    }

    synchronized int size() {
        return before.values().stream()
                .flatMap(tenants -> tenants.values().stream())
                .mapToInt(Map::size)
                .sum();
    }
}
