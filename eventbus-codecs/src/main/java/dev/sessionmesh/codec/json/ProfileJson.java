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

/** Profiles as JSON: the body of {@code POST /v1/sessions}, and what a session says about itself. */
public final class ProfileJson {
    /** Bounds of a profile's small fields; the large ones are in {@link Limits}. */
    public static final int MODEL_BYTES = 128;

    public static final int METADATA_NAME_BYTES = 64;
    public static final int METADATA_VALUE_BYTES = 512;

    private static final Set<String> PROFILE = Set.of(
            "model",
            "instructions",
            "memory",
            "tools",
            "metadata",
            "inputPolicy",
            "budget",
            "ephemeral",
            "retentionDays");
    private static final Set<String> TREES = Set.of("tools", "metadata", "budget");

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
                fields.choice("inputPolicy", InputPolicy.values()).orElse(InputPolicy.ENQUEUE),
                BudgetJson.read(fields),
                fields.flag("ephemeral").orElse(false),
                (int) fields.number("retentionDays", 0, Profile.RETENTION_DAYS_MAX)
                        .orElse(0));
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
        profile.tools().forEach(tool -> ToolJson.write(out, tool));
        metadata(out.endArray(), profile);
        out.field("inputPolicy", wire(profile.inputPolicy()));
        BudgetJson.write(out.name("budget"), profile.budget());
        kept(out, profile);
        return out.endObject().toBytes();
    }

    /** The fields of a profile that a session's document shows. */
    static void summary(JsonSink out, Profile profile) {
        metadata(out.field("model", profile.model()), profile);
        out.field("inputPolicy", wire(profile.inputPolicy()));
        kept(out, profile);
    }

    /** What most are not is said of those who are. */
    private static void kept(JsonSink out, Profile profile) {
        if (profile.ephemeral()) {
            out.field("ephemeral", true);
        }
        if (profile.retentionDays() > 0) {
            out.field("retentionDays", profile.retentionDays());
        }
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
                .map(json -> fields.objects("tools", json, ToolJson.KNOWN, ToolJson.TREES))
                .orElse(List.of());
        if (rows.size() > limits.toolsPerSession()) {
            fields.refuse(ErrorCode.TOO_LARGE, "tools has more than " + limits.toolsPerSession() + " entries");
        }
        List<ToolSpec> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields row : rows) {
            ToolSpec tool = ToolJson.read(row, limits);
            if (!names.add(tool.name() + (tool.isWildcard() ? tool.source() : ""))) {
                row.refuse(ErrorCode.BAD_FIELD, "name is taken by another tool");
            }
            String place = "tools[" + tools.size() + "].";
            row.problem().ifPresent(problem -> fields.refuse(problem.code(), place + problem.message()));
            tools.add(tool);
        }
        return tools;
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
