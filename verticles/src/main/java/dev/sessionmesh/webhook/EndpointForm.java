package dev.sessionmesh.webhook;

import dev.sessionmesh.core.SessionKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What somebody wants a webhook to be. */
record EndpointForm(Optional<String> id, URI url, List<String> events, List<String> sessions, String description) {
    private static final Set<String> FIELDS = Set.of("id", "url", "events", "sessions", "description");
    private static final Pattern TYPE = Pattern.compile("[a-z_]{1,63}\\*?|\\*");

    /** @throws IllegalArgumentException naming the field that is wrong */
    static EndpointForm parse(JsonObject json, UrlRules urls, WebhookLimits limits) {
        for (String field : json.fieldNames()) {
            if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException(
                        "there is no field " + (TYPE.matcher(field).matches() ? field : "of that name"));
            }
        }
        String id = text(json, "id", SessionKey.DEFAULT_TENANT.length() + 120);
        if (json.getValue("id") != null && !SessionKey.isValid(id)) {
            throw new IllegalArgumentException("id has not the form of one");
        }
        List<String> events = list(json, "events", limits.patterns());
        if (!events.stream().allMatch(type -> TYPE.matcher(type).matches())) {
            throw new IllegalArgumentException(
                    "events holds something that is not a type, or a beginning of types and *");
        }
        if (events.contains("token")) {
            throw new IllegalArgumentException("events can't hold token: tokens are not delivered");
        }
        List<String> sessions = list(json, "sessions", limits.patterns());
        if (!sessions.stream().allMatch(EndpointForm::isPattern)) {
            throw new IllegalArgumentException("sessions holds something that is neither an id nor a beginning and *");
        }
        return new EndpointForm(
                id.isEmpty() ? Optional.empty() : Optional.of(id),
                urls.check(text(json, "url", limits.urlChars())),
                events,
                sessions,
                text(json, "description", limits.descriptionChars()));
    }

    private static boolean isPattern(String given) {
        return given.equals("*")
                || SessionKey.isValid(given.endsWith("*") ? given.substring(0, given.length() - 1) : given);
    }

    private static String text(JsonObject json, String field, int most) {
        @Nullable Object given = json.getValue(field);
        if (given == null) {
            return "";
        }
        if (!(given instanceof String text)
                || text.length() > most
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + " is not a text of at most " + most + " characters");
        }
        return text;
    }

    private static List<String> list(JsonObject json, String field, int most) {
        @Nullable Object given = json.getValue(field);
        if (given == null) {
            return List.of();
        }
        if (!(given instanceof JsonArray array)
                || array.size() > most
                || !array.stream().allMatch(String.class::isInstance)) {
            throw new IllegalArgumentException(field + " is not a list of at most " + most + " texts");
        }
        return array.stream().map(String.class::cast).distinct().toList();
    }
}
