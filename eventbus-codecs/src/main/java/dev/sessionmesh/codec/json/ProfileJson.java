package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Profiles as JSON: the body of {@code POST /v1/sessions}, and what a session says about itself. */
public final class ProfileJson {
    /** Bounds of a profile's small fields; the large ones are in {@link Limits}. */
    public static final int MODEL_BYTES = 128;

    public static final int TOOL_DESCRIPTION_BYTES = 4_096;
    public static final int METADATA_NAME_BYTES = 64;
    public static final int METADATA_VALUE_BYTES = 512;

    private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Set<String> PROFILE =
            Set.of("model", "instructions", "memory", "tools", "metadata", "inputPolicy");
    private static final Set<String> TREES = Set.of("tools", "metadata");
    private static final Set<String> TOOL = Set.of("name", "description", "parameters", "executor", "approval");

    private enum Approval {
        NEVER,
        ALWAYS
    }

    private ProfileJson() {}

    /**
     * @param body a JSON object; nothing at all asks for a session with every default
     * @param defaultModel for a profile without one
     */
    public static Outcome<NewSession> parse(String body, String defaultModel, Limits limits) {
        if (body.length() > limits.frameBytes()) {
            return Outcome.refused(ErrorCode.TOO_LARGE, "a body has at most " + limits.frameBytes() + " bytes");
        }
        Set<String> known = new HashSet<>(PROFILE);
        known.add("id");
        Fields fields = Fields.read(body.isBlank() ? "{}" : body, known, TREES);
        Optional<String> id = fields.name("id", ProfileJson::isSessionId, "1-128 characters of A-Za-z0-9._-");
        Profile profile = new Profile(
                fields.has("model") ? fields.requiredText("model", MODEL_BYTES) : defaultModel,
                characters(fields, "instructions", limits),
                characters(fields, "memory", limits),
                tools(fields, limits),
                metadata(fields, limits),
                fields.choice("inputPolicy", InputPolicy.values()).orElse(InputPolicy.ENQUEUE));
        Set<String> given = new HashSet<>(PROFILE);
        given.removeIf(field -> !fields.has(field));
        return fields.problem()
                .<Outcome<NewSession>>map(problem -> Outcome.refused(problem.code(), problem.message()))
                .orElse(Outcome.done(new NewSession(id, profile, given)));
    }

    /** A profile, complete. */
    public static byte[] document(Profile profile) {
        JsonSink out = new JsonSink(1024).object().field("model", profile.model());
        out.field("instructions", profile.instructions()).field("memory", profile.memory());
        out.name("tools").array();
        for (ToolSpec tool : profile.tools()) {
            out.object().field("name", tool.name()).optional("description", tool.description());
            if (!tool.parameters().isEmpty()) {
                Json.embed(out.name("parameters"), tool.parameters());
            }
            out.field("executor", EventJson.wire(tool.executor()));
            out.field("approval", tool.approval() ? "always" : "never").endObject();
        }
        metadata(out.endArray(), profile);
        return out.field("inputPolicy", wire(profile.inputPolicy())).endObject().toBytes();
    }

    /** The fields of a profile that a session's document shows. */
    static void summary(JsonSink out, Profile profile) {
        metadata(out.field("model", profile.model()), profile);
        out.field("inputPolicy", wire(profile.inputPolicy()));
    }

    private static void metadata(JsonSink out, Profile profile) {
        out.name("metadata").object();
        new TreeMap<>(profile.metadata())
                .forEach((name, value) -> out.foreignName(name).text(value));
        out.endObject();
    }

    private static String wire(InputPolicy policy) {
        return policy.name().toLowerCase(Locale.ROOT);
    }

    /** Dots alone would be taken for steps in a path. */
    private static boolean isSessionId(String id) {
        return SessionKey.isValid(id) && !id.equals(".") && !id.equals("..");
    }

    private static String characters(Fields fields, String name, Limits limits) {
        String text = fields.text(name, Integer.MAX_VALUE).orElse("");
        if (text.length() > limits.instructionsChars()) {
            fields.refuse(
                    ErrorCode.TOO_LARGE,
                    name + " has " + text.length() + " characters, " + limits.instructionsChars() + " are allowed");
        }
        return text;
    }

    private static List<ToolSpec> tools(Fields fields, Limits limits) {
        List<Fields> rows = fields.tree("tools", limits.inlineBytes())
                .map(json -> fields.objects("tools", json, TOOL, Set.of("parameters")))
                .orElse(List.of());
        if (rows.size() > limits.toolsPerSession()) {
            fields.refuse(ErrorCode.TOO_LARGE, "tools has more than " + limits.toolsPerSession() + " entries");
        }
        List<ToolSpec> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields row : rows) {
            ToolSpec tool = tool(row, limits);
            if (!names.add(tool.name())) {
                row.refuse(ErrorCode.BAD_FIELD, "name is taken by another tool");
            }
            String place = "tools[" + tools.size() + "].";
            row.problem().ifPresent(problem -> fields.refuse(problem.code(), place + problem.message()));
            tools.add(tool);
        }
        return tools;
    }

    private static ToolSpec tool(Fields row, Limits limits) {
        Optional<String> name =
                row.name("name", text -> TOOL_NAME.matcher(text).matches(), "1-64 characters of A-Za-z0-9_.-");
        Optional<ToolSpec.Executor> executor = row.choice("executor", ToolSpec.Executor.values());
        if (name.isEmpty() || executor.isEmpty()) {
            row.refuse(ErrorCode.BAD_FIELD, (name.isEmpty() ? "name" : "executor") + " is missing");
        }
        String parameters = row.tree("parameters", limits.inlineBytes()).orElse("");
        if (!parameters.isEmpty() && !parameters.startsWith("{")) {
            row.refuse(ErrorCode.BAD_FIELD, "parameters is not a JSON object");
        }
        return new ToolSpec(
                name.orElse(""),
                row.text("description", TOOL_DESCRIPTION_BYTES).orElse(""),
                parameters,
                executor.orElse(ToolSpec.Executor.CLIENT),
                row.choice("approval", Approval.values()).orElse(Approval.NEVER) == Approval.ALWAYS);
    }

    private static Map<String, String> metadata(Fields fields, Limits limits) {
        Map<String, String> metadata = fields.tree("metadata", limits.inlineBytes())
                .map(json -> fields.texts("metadata", json, METADATA_NAME_BYTES, METADATA_VALUE_BYTES))
                .orElse(Map.of());
        if (metadata.size() > limits.metadataEntries()) {
            fields.refuse(ErrorCode.TOO_LARGE, "metadata has more than " + limits.metadataEntries() + " entries");
        }
        return metadata;
    }
}
