package dev.sessionmesh.access;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * What a proven credential permits, for as long as it is neither expired nor revoked.
 *
 * @param known whether what it was proven by is still accepted
 */
record Credential(Claims claims, BooleanSupplier known, Revocations revocations, InstantSource clock)
        implements Access {

    @Override
    public boolean permits(SessionKey key, Action action) {
        return key.tenant().equals(claims.tenant())
                && claims.grants().permit(key.id(), action)
                && isValid()
                && !revocations.isRevoked(claims, key.id());
    }

    @Override
    public boolean isValid() {
        return known.getAsBoolean() && !claims.isExpired(clock.millis()) && !revocations.isRevoked(claims);
    }
}
