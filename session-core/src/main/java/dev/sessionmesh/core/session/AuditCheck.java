package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Payload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for signs that a chain of decisions was tampered with: an entry that does not follow the one before, a payload that is not
 * what was decided about, a decision about something else than what was asked for. Whoever could write a whole new chain is only
 * found out by a head that was noted elsewhere.
 */
public final class AuditCheck {
    private final List<String> problems = new ArrayList<>();
    /** By call, the hash of the arguments that count. */
    private final Map<String, String> pending = new HashMap<>();

    private Audit head = Audit.START;

    /** What is wrong, in words; empty when nothing is. */
    public static List<String> problems(List<AuditTrail.Line> lines, Audit claimed) {
        AuditCheck check = new AuditCheck();
        lines.forEach(check::look);
        if (!check.head.equals(claimed)) {
            check.problems.add("the chain ends at " + check.head.no() + " " + check.head.hash() + ", not at "
                    + claimed.no() + " " + claimed.hash());
        }
        return check.problems;
    }

    private void look(AuditTrail.Line line) {
        Audit.Entry entry = line.entry();
        if (!entry.follows(head)) {
            problems.add("entry " + entry.no() + " does not follow the one before it");
        }
        line.payload()
                .filter(Payload.Inline.class::isInstance)
                .filter(payload -> !payload.hash().equals(entry.payloadHash()))
                .ifPresent(
                        payload -> problems.add("entry " + entry.no() + " holds another payload than its hash says"));
        switch (entry.action()) {
            case "requested" -> pending.put(entry.subject(), entry.payloadHash());
            case "edited" -> {
                expect(entry, entry.detail());
                pending.put(entry.subject(), entry.payloadHash());
            }
            case "voted" -> expect(entry, entry.payloadHash());
            case "approved", "rejected", "expired", "cancelled" -> {
                expect(entry, entry.payloadHash());
                pending.remove(entry.subject());
            }
            default -> {}
        }
        head = new Audit(entry.no(), entry.hash());
    }

    private void expect(Audit.Entry entry, String hash) {
        if (!hash.equals(pending.get(entry.subject()))) {
            problems.add("entry " + entry.no() + " is about other arguments of " + entry.subject()
                    + " than those that were asked for");
        }
    }
}
