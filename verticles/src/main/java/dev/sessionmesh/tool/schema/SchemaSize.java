package dev.sessionmesh.tool.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How large a schema is with every reference replaced by what it refers to: each value of that tree meets each value of the arguments at
 * most once, so that this number times the number of arguments bounds the work of a check. A few nested references can stand for a tree
 * of astronomic size, and references that go round in circles for an endless one.
 */
final class SchemaSize {
    /** Beyond it a schema is not used. */
    static final long MOST = 100_000;

    private final JsonNode root;
    private final Map<String, Long> known = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();

    private SchemaSize(JsonNode root) {
        this.root = root;
    }

    /** @throws UnusableSchemaException when there is no such number, or it is beyond {@link #MOST} */
    static long of(JsonNode root) {
        return new SchemaSize(root).size(root);
    }

    private long size(JsonNode node) {
        long size = 1;
        for (JsonNode child : node) {
            size += size(child);
            if (size > MOST) {
                throw new UnusableSchemaException("it is too large");
            }
        }
        if (node.has("$dynamicRef") || node.has("$recursiveRef")) {
            throw new UnusableSchemaException("its references depend on where they are used");
        }
        JsonNode reference = node.path("$ref");
        return reference.isTextual() ? size + referred(reference.textValue()) : size;
    }

    private long referred(String reference) {
        Long before = known.get(reference);
        if (before != null) {
            return before;
        }
        if (!underWay.add(reference)) {
            throw new UnusableSchemaException("its references go round in circles");
        }
        long size = size(target(reference));
        underWay.remove(reference);
        known.put(reference, size);
        return size;
    }

    /** Pointers into the same document only: nothing is fetched. */
    private JsonNode target(String reference) {
        boolean pointer = reference.equals("#") || reference.startsWith("#/");
        JsonNode target = pointer ? root.at(reference.substring(1)) : root.path("\0");
        if (target.isMissingNode()) {
            throw new UnusableSchemaException("it refers to something outside of itself, or that is not there");
        }
        return target;
    }
}
