package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/turn-states.md says what the table says. To write it anew: {@code -Dgolden=write}. */
class TurnStatesPageTest {
    private static final Limits LIMITS = Limits.DEFAULT;

    private static final Map<TurnStatus, String> MEANING = Map.of(
            TurnStatus.RECEIVED, "waits for the turns before it, then for a runner",
            TurnStatus.IN_PROGRESS, "a runner works on it",
            TurnStatus.AWAITING_APPROVAL, "a person has to approve or reject a tool call",
            TurnStatus.AWAITING_TOOL, "a tab has to bring the result of a front-end tool call",
            TurnStatus.AWAITING_INPUT, "a person has to answer; no rule asks for it yet",
            TurnStatus.COMPLETED, "the agent is done",
            TurnStatus.FAILED, "it could not go on; `code` and `reason` say why",
            TurnStatus.CANCELLED, "a person stopped it",
            TurnStatus.EXPIRED, "nothing happened in time");

    private static final Map<TurnStatus, String> DEADLINE = Map.of(
            TurnStatus.RECEIVED, "`queueWait` (" + span(LIMITS.queueWait()) + ") after the session's last event",
            TurnStatus.IN_PROGRESS, "`stall` (" + span(LIMITS.stall()) + ") without progress; renewals are none",
            TurnStatus.AWAITING_APPROVAL, "`approvalWait` (" + span(LIMITS.approvalWait()) + ") after the call",
            TurnStatus.AWAITING_TOOL,
                    "`toolWait` (" + span(LIMITS.toolWait()) + ") after the call, or after its approval",
            TurnStatus.AWAITING_INPUT, "`approvalWait` (" + span(LIMITS.approvalWait()) + ") without progress");

    @Test
    void the_page_is_up_to_date() throws IOException {
        Path page = docs().resolve("turn-states.md");
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(page, page());
        }
        assertEquals(page(), Files.readString(page), "stale: run this test with -Dgolden=write");
    }

    private static String page() {
        StringBuilder text = new StringBuilder();
        text.append("# The states of a turn\n\n");
        text.append("Generated from `TurnStatus.TRANSITIONS`; a test fails when this page is stale.\n\n");
        text.append("```mermaid\nstateDiagram-v2\n    [*] --> received\n");
        for (TurnStatus from : TurnStatus.values()) {
            for (TurnStatus to : TurnStatus.values()) {
                if (from.mayBecome(to)) {
                    text.append("    ")
                            .append(from.wire())
                            .append(" --> ")
                            .append(to.wire())
                            .append('\n');
                }
            }
            if (from.ended()) {
                text.append("    ").append(from.wire()).append(" --> [*]\n");
            }
        }
        text.append("```\n\n| state | meaning | expires | may become |\n|---|---|---|---|\n");
        for (TurnStatus status : TurnStatus.values()) {
            String next = Stream.of(TurnStatus.values())
                    .filter(status::mayBecome)
                    .map(to -> "`" + to.wire() + "`")
                    .collect(Collectors.joining(", "));
            text.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            status.wire(),
                            MEANING.get(status),
                            DEADLINE.getOrDefault(status, "never: it has ended"),
                            next.isEmpty() ? "nothing" : next));
        }
        text.append("""

                A turn in progress whose runner is lost keeps its state; clients see it as `recovering` until another runner takes
                it over, which shows as `in_progress` (or what it waits for) with the next `runEpoch` and `takeover: true`.

                While a turn has several open calls it waits for approvals first: as long as one call needs a decision it is
                `awaiting_approval`, then `awaiting_tool` as long as a front-end call has no result. Ending a turn ends what hangs
                on it: pending approvals are resolved as `cancelled` (or `expired`), calls that did not begin have the result
                `cancelled`, server-side calls that had begun are `in_doubt`, open instructions are resolved as not consumed.
                """);
        return text.toString();
    }

    private static String span(Duration duration) {
        return duration.toHours() > 0 ? duration.toHours() + " h" : duration.toMinutes() + " min";
    }

    private static Path docs() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("docs/protocol.md"))) {
                return at.resolve("docs");
            }
        }
        throw new AssertionError("not inside the repository");
    }
}
