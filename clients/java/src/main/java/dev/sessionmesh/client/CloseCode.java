package dev.sessionmesh.client;

/** What a WebSocket close code tells a client to do (docs/protocol.md, close codes). */
final class CloseCode {

    static final int NORMAL = 1000;
    /** The connection was lost, or never came up. */
    static final int LOST = 1006;

    /** The token is missing, bad, expired or taken back. */
    static final int UNAUTHORIZED = 4401;

    private CloseCode() {}

    /** Whether to come back, with back-off. Codes nobody has defined yet are treated like a lost connection. */
    static boolean comeBack(int code) {
        return switch (code) {
            case 1000, 1002, 1003, 1007, 1008, 1009 -> false;
            default -> code < 4000 || code > 4499;
        };
    }
}
