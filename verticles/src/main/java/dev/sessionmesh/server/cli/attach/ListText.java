package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Inbox;
import dev.sessionmesh.client.PendingApproval;
import dev.sessionmesh.client.Presence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What there is, a line each. Others wrote parts of it: whoever prints it must clean it. */
final class ListText {
    private ListText() {}

    static String of(PendingApproval waiting) {
        List<String> parts = new ArrayList<>();
        parts.add(waiting.callId() + " " + waiting.name() + " "
                + waiting.arguments().map(EventText::json).orElse("(arguments not shown)"));
        waiting.original().ifPresent(before -> parts.add("the agent wanted " + EventText.json(before)));
        parts.addAll(EventText.terms(waiting.terms()));
        if (!waiting.voters().isEmpty()) {
            parts.add("approved by " + String.join(", ", waiting.voters()));
        }
        if (!waiting.delegates().isEmpty()) {
            parts.add("delegated to " + String.join(", ", waiting.delegates()));
        }
        if (!waiting.escalatedTo().isEmpty()) {
            parts.add("escalated to " + String.join(", ", waiting.escalatedTo()));
        }
        waiting.deadline().ifPresent(deadline -> parts.add("until " + deadline));
        return String.join("; ", parts);
    }

    static String of(Open.Grant grant) {
        return grant.id() + " " + grant.tool()
                + grant.by().map(name -> " by " + name).orElse("");
    }

    /** What waits for a decision of the caller; those of other sessions are decided there. */
    static Stream<String> of(Inbox inbox) {
        Stream<String> more = inbox.more() == 0 ? Stream.of() : Stream.of("and " + inbox.more() + " more");
        return Stream.concat(
                inbox.waiting().stream().map(entry -> entry.session() + ": " + of(entry.approval())), more);
    }

    static Stream<String> of(Presence presence) {
        List<String> rows =
                new ArrayList<>(presence.here().stream().map(ListText::attendee).toList());
        if (presence.more() > 0) {
            rows.add("and " + presence.more() + " more");
        }
        presence.left().forEach(one -> one.user()
                .ifPresent(user -> rows.add(user + on(one.device()) + " left"
                        + one.lastSeenAt().map(at -> ", last seen " + at).orElse(""))));
        if (presence.partial()) {
            rows.add("some node did not answer in time: others may be here");
        }
        return rows.stream();
    }

    private static String attendee(Presence.Attendee one) {
        if (one.kind().equals("agent")) {
            return "the agent runs " + one.tab() + " on " + one.user();
        }
        return one.user()
                + on(one.device())
                + (one.typing() ? ", typing" : "")
                + one.focus().map(text -> ", looks at " + text).orElse("")
                + one.status().map(text -> ", says: " + text).orElse("");
    }

    private static String on(Optional<String> device) {
        return device.map(kind -> " on a " + kind).orElse("");
    }
}
