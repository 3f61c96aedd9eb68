package dev.sessionmesh.client;

import java.util.OptionalLong;

/** Whether the servers let this client in, and what it makes of a refusal. */
final class Admittance {
    private final boolean renewable;
    /** A token was refused, and none was accepted since. */
    private boolean refused;

    /** @param renewable whether there may be another token than the last */
    Admittance(boolean renewable) {
        this.renewable = renewable;
    }

    /** @param expiresInMs how long the token is good for */
    void accepted(Link link, OptionalLong expiresInMs, long nowMs) {
        refused = false;
        if (renewable) {
            link.renewal.accepted(expiresInMs, nowMs);
        }
    }

    /** Whether a connection that ended with this code is not to be made anew. A refused token may merely have expired: where there may be another, that is tried once. */
    boolean isFinal(Link link, int code) {
        if (code != CloseCode.UNAUTHORIZED || !renewable) {
            return !CloseCode.comeBack(code);
        }
        boolean before = refused && !link.welcomed;
        refused = true;
        return before;
    }
}
