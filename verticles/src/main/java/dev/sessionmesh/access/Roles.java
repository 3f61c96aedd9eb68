package dev.sessionmesh.access;

import java.util.List;
import java.util.regex.Pattern;

/** What somebody is to others, by names that the issuer gives a meaning. */
public final class Roles {
    /** As in the names of users: they go into logs and into what others are shown. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N} ._@:/+|-]{1,64}");

    private static final int MOST = 32;

    private Roles() {}

    /**
     * Sorted, each once.
     *
     * @throws IllegalArgumentException saying what is wrong with them
     */
    public static List<String> of(List<?> given) {
        if (given.size() > MOST) {
            throw new IllegalArgumentException("roles must be a list of at most " + MOST + " names");
        }
        return given.stream().map(Roles::name).distinct().sorted().toList();
    }

    private static String name(Object given) {
        if (given instanceof String name && NAME.matcher(name).matches()) {
            return name;
        }
        throw new IllegalArgumentException("roles has one that is not a name of 1 to 64 letters, digits and ._@:/+|-");
    }
}
