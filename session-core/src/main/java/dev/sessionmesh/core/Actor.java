package dev.sessionmesh.core;

/**
 * Who did something.
 *
 * @param kind person, agent (a runner) or the system itself (an expired deadline)
 * @param name what others are shown; unique within the tenant for people
 */
public record Actor(Kind kind, String name) {
    public enum Kind {
        PERSON,
        AGENT,
        SYSTEM
    }

    public static final Actor SYSTEM = new Actor(Kind.SYSTEM, "system");
    public static final Actor ANONYMOUS = new Actor(Kind.PERSON, "anonymous");

    public Actor {
        if (name.isEmpty() || name.length() > 128) {
            throw new IllegalArgumentException("an actor's name has 1-128 characters");
        }
    }
}
