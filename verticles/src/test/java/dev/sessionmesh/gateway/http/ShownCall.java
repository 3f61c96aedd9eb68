package dev.sessionmesh.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request that the API's description shows.
 *
 * @param key {@code sendCommand/cancel}: its operation and its name, or the operation alone when it has none
 * @param path with the values that the parameters show, ready to be sent
 * @param headers likewise
 * @param answer what is shown of the answer
 * @param answers all statuses that its operation lists
 */
record ShownCall(
        String key,
        String method,
        String path,
        Map<String, String> headers,
        Optional<Body> body,
        Optional<Answer> answer,
        Set<String> answers) {

    record Body(String mediaType, JsonNode schema, JsonNode value) {
        /** As it is sent: JSON, or the text that an example is. */
        String text() {
            return value.isTextual() ? value.asText() : value.toString();
        }
    }

    record Answer(String status, String mediaType, JsonNode schema, JsonNode value) {}
}
