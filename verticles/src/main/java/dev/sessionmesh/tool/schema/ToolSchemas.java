package dev.sessionmesh.tool.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.tool.RecentlyUsed;
import java.util.Optional;

/** Schemas are compiled once and kept while they are used. */
public final class ToolSchemas {
    /** Sessions of one application share their schemas: this is for the number of tools, not of sessions. */
    private static final int KEPT = 512;

    private sealed interface Compiled {
        record Usable(ToolSchema schema) implements Compiled {}

        record Unusable(String why) implements Compiled {}
    }

    private final RecentlyUsed<String, Compiled> compiled = new RecentlyUsed<>(KEPT);

    /** Why arguments can't be held against this schema; absent for one that can be used, and for none at all. */
    public Optional<String> unusable(String schema) {
        return !schema.isBlank() && compiled(schema) instanceof Compiled.Unusable(String why)
                ? Optional.of(why)
                : Optional.empty();
    }

    /** What is wrong with arguments; absent when nothing is, when there is no schema, and when it is unusable. */
    public Optional<String> problem(String schema, JsonNode arguments) {
        return !schema.isBlank() && compiled(schema) instanceof Compiled.Usable(ToolSchema usable)
                ? usable.problem(arguments)
                : Optional.empty();
    }

    private Compiled compiled(String schema) {
        return compiled.get(schema, ToolSchemas::compile);
    }

    private static Compiled compile(String schema) {
        try {
            return new Compiled.Usable(ToolSchema.compile(schema));
        } catch (UnusableSchemaException unusable) {
            return new Compiled.Unusable(String.valueOf(unusable.getMessage()));
        }
    }
}
