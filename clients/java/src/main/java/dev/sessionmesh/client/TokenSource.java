package dev.sessionmesh.client;

import io.vertx.core.Future;

/** Where the tokens of a client come from. Tokens are handed on, neither kept nor printed. */
@FunctionalInterface
public interface TokenSource {

    /**
     * A token that is good now. Asked for every connection and request, and again for an open connection when four fifths of its token's life are over; a
     * failure counts like a node that can't be reached. May be called, and may complete, on any thread.
     */
    Future<String> token();

    /** Whether asking again may bring another one. */
    default boolean renewable() {
        return true;
    }

    /** Always the same token. */
    static TokenSource of(String token) {
        return new TokenSource() {
            @Override
            public Future<String> token() {
                return Future.succeededFuture(token);
            }

            @Override
            public boolean renewable() {
                return false;
            }

            @Override
            public String toString() {
                return "(a token)";
            }
        };
    }
}
