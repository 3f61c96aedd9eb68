package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.ToolSpec;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A tool of a session's scope as JSON. */
public final class ToolJson {
    static final Set<String> KNOWN =
            Set.of("name", "description", "parameters", "executor", "source", "idempotent", "approval", "target");
    static final Set<String> TREES = Set.of("parameters", "approval", "target");
    public static final int DESCRIPTION_BYTES = 4_096;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern SOURCE = Pattern.compile("(mcp|http):[A-Za-z0-9_.-]{1,64}");
    private static final Set<String> TARGET = Set.of("user", "device");

    private ToolJson() {}

    static ToolSpec read(Fields row, Limits limits) {
        Optional<String> name = row.name("name", ToolJson::isName, "1-64 characters of A-Za-z0-9_.-, or *");
        Optional<ToolSpec.Executor> executor = row.choice("executor", ToolSpec.Executor.values());
        String source = row.name("source", text -> SOURCE.matcher(text).matches(), "mcp:SERVER or http:NAME")
                .orElse("");
        if (name.isEmpty() || executor.isEmpty() && source.isEmpty()) {
            row.refuse(ErrorCode.BAD_FIELD, (name.isEmpty() ? "name" : "executor") + " is missing");
        }
        if (!source.isEmpty()
                && executor.filter(ToolSpec.Executor.CLIENT::equals).isPresent()) {
            row.refuse(ErrorCode.BAD_FIELD, "source is for tools that the server executes");
        }
        if (name.filter(ToolSpec.WILDCARD::equals).isPresent() && !source.startsWith("mcp:")) {
            row.refuse(ErrorCode.BAD_FIELD, "name is * with a source mcp:SERVER only");
        }
        String parameters = row.tree("parameters", limits.inlineBytes()).orElse("");
        if (!parameters.isEmpty() && !parameters.startsWith("{")) {
            row.refuse(ErrorCode.BAD_FIELD, "parameters is not a JSON object");
        }
        return new ToolSpec(
                name.orElse(""),
                row.text("description", DESCRIPTION_BYTES).orElse(""),
                parameters,
                executor.orElse(source.isEmpty() ? ToolSpec.Executor.CLIENT : ToolSpec.Executor.SERVER),
                source,
                row.flag("idempotent").orElse(false),
                ApprovalJson.policy(row, limits),
                target(row));
    }

    private static boolean isName(String name) {
        return name.equals(ToolSpec.WILDCARD) || NAME.matcher(name).matches();
    }

    private static ToolSpec.Target target(Fields row) {
        Optional<Fields> given = row.object("target", TARGET, Set.of());
        if (given.isEmpty()) {
            return ToolSpec.Target.ANY;
        }
        Fields fields = given.get();
        ToolSpec.Target target = new ToolSpec.Target(
                fields.text("user", ApprovalJson.NAME_BYTES).orElse(""),
                fields.name("device", PresenceFrames::isDevice, "1-32 characters of A-Za-z0-9_-")
                        .orElse(""));
        row.refuse("target", fields);
        return target;
    }

    static void write(JsonSink out, ToolSpec tool) {
        out.object().field("name", tool.name()).optional("description", tool.description());
        if (!tool.parameters().isEmpty()) {
            Json.embed(out.name("parameters"), tool.parameters());
        }
        out.field("executor", EventJson.wire(tool.executor())).optional("source", tool.source());
        out.optional("idempotent", tool.idempotent());
        ApprovalPolicy policy = tool.approval();
        if (policy.when() != ApprovalPolicy.When.RULE && policy.terms().equals(ApprovalTerms.DEFAULT)) {
            out.field("approval", policy.when() == ApprovalPolicy.When.NEVER ? "never" : "always");
        } else {
            ApprovalJson.write(out.name("approval"), policy);
        }
        if (!tool.target().equals(ToolSpec.Target.ANY)) {
            target(out.name("target"), tool.target());
        }
        out.endObject();
    }

    static void target(JsonSink out, ToolSpec.Target target) {
        out.object()
                .optional("user", target.user())
                .optional("device", target.device())
                .endObject();
    }
}
