package dev.sessionmesh.tool.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.resource.SchemaLoader;
import dev.sessionmesh.tool.ArgumentsJson;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The schema of a tool's arguments, compiled. The library is networknt's: it knows every draft that tools are described in, passes their
 * suites, and is the one the MCP SDK brings along, so that there is no second one.
 */
public final class ToolSchema {
    /** How many pairs of a schema's and the arguments' values are compared; more would hold an event loop up. */
    static final long PAIRS_MOST = 4_000_000;

    private static final int PROBLEMS_TOLD = 5;
    private static final int PROBLEM_CHARS = 300;

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDialects(
            List.of(
                    Dialects.getDraft202012(),
                    Dialects.getDraft201909(),
                    Dialects.getDraft7(),
                    Dialects.getDraft6(),
                    Dialects.getDraft4()),
            builder -> builder
                    // Schemas are strangers to each other: one must not be found by another's reference.
                    .schemaCacheEnabled(false)
                    .schemaLoader(SchemaLoader.builder().block(anything -> true).build())
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .regularExpressionFactory(LinearRegex::of)
                            .formatAssertionsEnabled(false)
                            .locale(Locale.ENGLISH)
                            .build()));

    private final Schema schema;
    private final long size;

    private ToolSchema(Schema schema, long size) {
        this.schema = schema;
        this.size = size;
    }

    /** @throws UnusableSchemaException saying why it can't be used */
    static ToolSchema compile(String text) {
        JsonNode json = ArgumentsJson.read(text)
                .filter(JsonNode::isObject)
                .orElseThrow(() -> new UnusableSchemaException("it is not a JSON object"));
        long size = SchemaSize.of(json);
        try {
            Schema schema = REGISTRY.getSchema(json);
            schema.initializeValidators();
            return new ToolSchema(schema, size);
        } catch (SchemaException | IllegalArgumentException | StackOverflowError malformed) {
            throw new UnusableSchemaException("it is not a JSON Schema");
        }
    }

    /** What is wrong with these arguments; absent when nothing is. */
    public Optional<String> problem(JsonNode arguments) {
        if (size * ArgumentsJson.size(arguments) > PAIRS_MOST) {
            return Optional.of("they are too many to be checked");
        }
        List<com.networknt.schema.Error> errors = schema.validate(arguments);
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        String told = errors.stream()
                .limit(PROBLEMS_TOLD)
                .map(error -> cut(error.toString()))
                .collect(Collectors.joining("; "));
        return Optional.of(errors.size() > PROBLEMS_TOLD ? told + "; and more" : told);
    }

    private static String cut(String text) {
        return text.length() <= PROBLEM_CHARS ? text : text.substring(0, PROBLEM_CHARS) + "...";
    }
}
