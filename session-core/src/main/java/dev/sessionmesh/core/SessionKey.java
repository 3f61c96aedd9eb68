package dev.sessionmesh.core;

import java.util.regex.Pattern;

/**
 * Names a session everywhere: in maps, envelopes and addresses. Tenants never share a key.
 *
 * @param tenant {@value #DEFAULT_TENANT} until the caller belongs to another one
 * @param id 1-128 characters of {@code A-Za-z0-9._-}, not dots alone: they mean something else in a path
 */
public record SessionKey(String tenant, String id) {
    public static final String DEFAULT_TENANT = "default";
    private static final Pattern FORM = Pattern.compile("(?!\\.+$)[A-Za-z0-9._-]{1,128}");

    public SessionKey {
        if (!isValid(tenant) || !isValid(id)) {
            throw new IllegalArgumentException("tenant and id are 1-128 characters of A-Za-z0-9._-");
        }
    }

    public static boolean isValid(String name) {
        return FORM.matcher(name).matches();
    }

    @Override
    public String toString() {
        return tenant + "/" + id;
    }
}
