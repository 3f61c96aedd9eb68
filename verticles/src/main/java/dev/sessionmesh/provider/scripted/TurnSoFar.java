package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Conversation;
import java.util.List;

/**
 * A turn as a script sees it.
 *
 * @param question the last thing the user said, trimmed
 * @param spoken the assistant's finished messages
 * @param calls its tool calls, oldest first
 * @param steers every instruction given while it ran, oldest first
 */
record TurnSoFar(
        String question, List<String> spoken, List<Conversation.Called> calls, List<Conversation.Steering> steers) {

    static TurnSoFar of(Provider.Request request) {
        List<Conversation.Item> items = request.conversation().items(request.turn());
        List<Conversation.Said> said = only(items, Conversation.Said.class);
        String question = said.stream()
                .filter(message -> message.role() == Conversation.Role.USER)
                .map(Conversation.Said::text)
                .reduce("", (earlier, later) -> later);
        List<String> spoken = said.stream()
                .filter(message -> message.role() == Conversation.Role.ASSISTANT && message.complete())
                .map(Conversation.Said::text)
                .toList();
        return new TurnSoFar(
                question.strip(),
                spoken,
                only(items, Conversation.Called.class),
                only(items, Conversation.Steering.class));
    }

    private static <T> List<T> only(List<?> items, Class<T> kind) {
        return items.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
