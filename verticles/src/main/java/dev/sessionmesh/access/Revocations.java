package dev.sessionmesh.access;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What was taken back, as far as this node has heard. */
final class Revocations {
    private final ConcurrentMap<String, Long> before = new ConcurrentHashMap<>();

    void add(Revocation revocation) {
        before.merge(revocation.key(), revocation.before(), Math::max);
    }

    /** What is older than any credential that it could concern says nothing any more. */
    void forget(long olderThan) {
        before.values().removeIf(instant -> instant < olderThan);
    }

    /** Whether it is good for nothing any more. */
    boolean isRevoked(Claims claims) {
        boolean byId = claims.tokenId()
                .filter(id -> before.containsKey(key(Revocation.Kind.TOKEN, claims, id)))
                .isPresent();
        return byId
                || concerns(Revocation.Kind.USER, claims, claims.user())
                || concerns(Revocation.Kind.TENANT, claims, "");
    }

    boolean isRevoked(Claims claims, String session) {
        return concerns(Revocation.Kind.SESSION, claims, session);
    }

    /** Not what does not expire: the key of a back end was issued once for all, and is taken back by taking it from its file. */
    private boolean concerns(Revocation.Kind kind, Claims claims, String subject) {
        return claims.expiresAt().isPresent()
                && claims.issuedAt() <= before.getOrDefault(key(kind, claims, subject), -1L);
    }

    private static String key(Revocation.Kind kind, Claims claims, String subject) {
        return new Revocation(kind, claims.tenant(), subject, 0).key();
    }

    int size() {
        return before.size();
    }
}
