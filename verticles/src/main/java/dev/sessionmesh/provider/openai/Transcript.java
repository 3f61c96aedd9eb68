package dev.sessionmesh.provider.openai;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Conversation.Called;
import dev.sessionmesh.core.session.Conversation.Item;
import dev.sessionmesh.core.session.Conversation.Role;
import dev.sessionmesh.core.session.Conversation.Said;
import dev.sessionmesh.core.session.Conversation.Steering;
import dev.sessionmesh.core.session.ToolCall;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The conversation as the model is told it: up to and including the turn, without inputs that wait behind it and without the message
 * that is still being written. Neighbouring messages of the user become one, because some chat templates insist on alternation.
 */
final class Transcript {
    private final Map<Payload.Blob, String> blobs;
    private final List<JsonObject> messages = new ArrayList<>();

    private Transcript(Map<Payload.Blob, String> blobs) {
        this.blobs = blobs;
    }

    static List<JsonObject> of(Provider.Request request, Map<Payload.Blob, String> blobs) {
        Transcript transcript = new Transcript(blobs);
        transcript.system(request);
        Optional<Said> spoken = Optional.empty();
        for (Item item : scope(request)) {
            if (item instanceof Called call) {
                transcript.call(spoken, call);
                spoken = Optional.empty();
                continue;
            }
            spoken.ifPresent(transcript::assistant);
            spoken = Optional.empty();
            switch (item) {
                case Said said when said.role() == Role.USER -> transcript.user(transcript.text(said.whole()));
                case Said said -> spoken = Optional.of(said).filter(message -> !isOpen(request, message));
                case Steering steering -> transcript.user("(While you work on it:) " + steering.instruction());
                case Called call -> throw new IllegalStateException("a call was handled above");
            }
        }
        spoken.ifPresent(transcript::assistant);
        return transcript.messages;
    }

    /** The payloads that must be read before the transcript can be written. */
    static Set<Payload.Blob> blobsOf(Provider.Request request) {
        return scope(request).stream()
                .flatMap(item -> switch (item) {
                    case Said said -> Stream.of(said.whole());
                    case Called call -> Stream.of(call.arguments(), call.result());
                    case Steering steering -> Stream.<Payload>of();
                })
                .filter(Payload.Blob.class::isInstance)
                .map(Payload.Blob.class::cast)
                .collect(Collectors.toSet());
    }

    private static List<Item> scope(Provider.Request request) {
        return request.conversation().itemsUpTo(request.turn());
    }

    private static boolean isOpen(Provider.Request request, Said said) {
        return said.turn().equals(request.turn()) && !said.complete();
    }

    private void system(Provider.Request request) {
        String memory = request.profile().memory().strip();
        String remembered = memory.isEmpty() ? "" : "What you remember from before:\n" + memory;
        String system = Stream.of(request.profile().instructions().strip(), remembered)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n\n"));
        if (!system.isEmpty()) {
            messages.add(message("system", system));
        }
    }

    private void user(String text) {
        if (!messages.isEmpty() && messages.getLast().getString("role").equals("user")) {
            messages.getLast().put("content", messages.getLast().getString("content") + "\n\n" + text);
        } else {
            messages.add(message("user", text));
        }
    }

    private void assistant(Said said) {
        if (!said.text().isEmpty()) {
            messages.add(message("assistant", said.text()));
        }
    }

    /**
     * One message for each call, also for calls made at once: the log doesn't tell them from calls made one after the other, and
     * this form is true enough for both. Every call gets an answer, also one that was never run: servers refuse
     * a transcript with a call left open.
     */
    private void call(Optional<Said> before, Called call) {
        String text = before.map(Said::text).orElse("");
        JsonObject function = new JsonObject().put("name", call.name()).put("arguments", text(call.arguments()));
        JsonObject made = new JsonObject()
                .put("id", wireId(call.id()))
                .put("type", "function")
                .put("function", function);
        messages.add(new JsonObject()
                .put("role", "assistant")
                .put("content", text.isEmpty() ? null : text)
                .put("tool_calls", new JsonArray().add(made)));
        messages.add(message("tool", result(call)).put("tool_call_id", wireId(call.id())));
    }

    private String result(Called call) {
        String detail = text(call.result());
        return switch (call.outcome().orElse(ToolCall.Outcome.CANCELLED)) {
            case OK -> detail;
            case ERROR -> "error: " + detail;
            case REJECTED ->
                "The user did not allow this call; it was not run." + (detail.isEmpty() ? "" : " " + detail);
            case IN_DOUBT ->
                "The call was interrupted. Whether it took effect is not known: find out before you repeat it.";
            case CANCELLED -> "The call was cancelled; it was not run.";
        };
    }

    private String text(Payload payload) {
        return switch (payload) {
            case Payload.Inline(String text) -> text;
            case Payload.Blob blob -> blobs.getOrDefault(blob, "");
        };
    }

    /** Nine letters or digits, which is the one form that every server takes. */
    private static String wireId(String id) {
        return id.length() >= 9 ? id : "c" + "0".repeat(8 - id.length()) + id;
    }

    private static JsonObject message(String role, String content) {
        return new JsonObject().put("role", role).put("content", content);
    }
}
