package dev.sessionmesh.tool.http;

import dev.sessionmesh.tool.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signatures of the Standard Webhooks kind: HMAC-SHA256 over id, time and body, so that neither can be taken from another message. */
public final class WebhookSignature {
    /** What keys begin with; Base64 follows. */
    public static final String PREFIX = "whsec_";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES_LEAST = 24;
    private static final int KEY_BYTES_MOST = 64;

    private WebhookSignature() {}

    /** Why this is no key; absent when it is one. Does not quote it. */
    public static Optional<String> problem(String key) {
        if (key.startsWith(PREFIX)) {
            try {
                int bytes = bytes(key).length;
                if (bytes >= KEY_BYTES_LEAST && bytes <= KEY_BYTES_MOST) {
                    return Optional.empty();
                }
            } catch (IllegalArgumentException notBase64) {
                // said below
            }
        }
        return Optional.of("a key is " + PREFIX + " and the Base64 of " + KEY_BYTES_LEAST + " to " + KEY_BYTES_MOST
                + " random bytes");
    }

    /** The value of {@code webhook-signature}. */
    static String of(Secret key, String id, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes(key.reveal()), ALGORITHM));
            mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException never) {
            throw new IllegalStateException("every Java has " + ALGORITHM, never);
        }
    }

    private static byte[] bytes(String key) {
        return Base64.getDecoder().decode(key.substring(PREFIX.length()));
    }
}
