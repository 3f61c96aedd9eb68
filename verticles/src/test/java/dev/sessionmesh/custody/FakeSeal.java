package dev.sessionmesh.custody;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Whoever knows the word can sign. */
public record FakeSeal(String word) implements Seal {
    @Override
    public String document(String type, byte[] payload) {
        return type + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(payload) + ".signed";
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(word.getBytes(StandardCharsets.UTF_8));
            return digest.digest(message);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public boolean isOurs(byte[] message, byte[] signature) {
        return MessageDigest.isEqual(sign(message), signature);
    }
}
