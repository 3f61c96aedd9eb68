package dev.sessionmesh.custody;

/** What shows that a node of this cluster said something. Every node has the same keys, which are published. */
public interface Seal {
    /**
     * A document and its signature, as a JWS in its compact form.
     *
     * @param type what kind of document it is, for its header
     */
    String document(String type, byte[] payload);

    byte[] sign(byte[] message);

    /** Whether one of the keys made this signature. */
    boolean isOurs(byte[] message, byte[] signature);
}
