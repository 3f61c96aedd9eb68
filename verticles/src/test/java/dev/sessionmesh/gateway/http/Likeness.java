package dev.sessionmesh.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Whether an answer is like the one that is shown: all that is shown is there, of the same kind. Values may differ, and there may be more. */
final class Likeness {
    private final List<String> differences = new ArrayList<>();

    private Likeness() {}

    /** What is shown and not there. */
    static List<String> differences(JsonNode shown, JsonNode given) {
        Likeness likeness = new Likeness();
        likeness.compare(shown, given, "");
        return likeness.differences;
    }

    private void compare(JsonNode shown, JsonNode given, String place) {
        if (given.isMissingNode()) {
            differences.add(place + " is not there");
        } else if (shown.getNodeType() != given.getNodeType() || shown.isIntegralNumber() != given.isIntegralNumber()) {
            differences.add(place + " is " + given + ", not like " + shown);
        } else if (place.endsWith("/type") && !shown.equals(given)) {
            // The one field whose value says what the others are.
            differences.add(place + " is " + given + ", not " + shown);
        } else {
            shown.properties()
                    .forEach(field ->
                            compare(field.getValue(), given.path(field.getKey()), place + "/" + field.getKey()));
            for (int i = 0; shown.isArray() && i < shown.size(); i++) {
                compare(shown.get(i), given.path(i), place + "/" + i);
            }
        }
    }

    /**
     * An event stream as JSON: {@code [{"event", "id", "data"}]}.
     *
     * @param most after so many it reads no further: a stream that follows has no end
     */
    static ArrayNode events(Iterator<String> lines, int most) {
        ArrayNode events = Documents.JSON.createArrayNode();
        ObjectNode event = Documents.JSON.createObjectNode();
        while (events.size() < most && lines.hasNext()) {
            String line = lines.next();
            int colon = line.indexOf(": ");
            if (colon > 0) {
                String field = line.substring(0, colon);
                String value = line.substring(colon + 2);
                event.set(field, field.equals("data") ? Documents.json(value) : event.textNode(value));
            }
            if (!event.isEmpty() && (line.isEmpty() || !lines.hasNext())) {
                events.add(event);
                event = Documents.JSON.createObjectNode();
            }
        }
        return events;
    }
}
