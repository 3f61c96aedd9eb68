package dev.sessionmesh.access;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What was taken back, as far as this node has heard. */
final class Revocations {
    /** The issuer's clock may be ahead of that of the node that took it back. */
    private static final long CLOCKS_DIFFER_MILLIS = 5_000;

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
        if (before.isEmpty()) {
            return false;
        }
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
                && claims.issuedAt() - CLOCKS_DIFFER_MILLIS
                        <= before.getOrDefault(key(kind, claims, subject), Long.MIN_VALUE);
    }

    private static String key(Revocation.Kind kind, Claims claims, String subject) {
        return Revocation.key(kind, claims.tenant(), subject);
    }

    int size() {
        return before.size();
    }
}
