package dev.sessionmesh.tool.schema;

/** A schema that arguments can't be held against, and why. */
final class UnusableSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableSchemaException(String why) {
        super(why);
    }
}
