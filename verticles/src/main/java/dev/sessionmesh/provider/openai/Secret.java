package dev.sessionmesh.provider.openai;

/** A key that shows itself to nobody but the request it authorises. */
public final class Secret {
    public static final Secret NONE = new Secret("");

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** @param value visible ASCII characters; empty for a server that wants no key */
    public static Secret of(String value) {
        // Checked here, without telling the value: as an illegal header it would end up in an exception's message.
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("a key consists of visible ASCII characters");
        }
        return value.isEmpty() ? NONE : new Secret(value);
    }

    boolean isPresent() {
        return !value.isEmpty();
    }

    String reveal() {
        return value;
    }

    /** The text without the key, should it be in there. */
    String scrub(String text) {
        return isPresent() ? text.replace(value, toString()) : text;
    }

    @Override
    public String toString() {
        return isPresent() ? "***" : "(none)";
    }
}
