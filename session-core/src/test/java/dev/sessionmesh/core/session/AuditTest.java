package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.EventBatch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who decided what is a chain in which nothing can be changed unseen. */
class AuditTest {
    private static final ApprovalTerms TWO =
            new ApprovalTerms("", 2, List.of(), false, 0, ApprovalTerms.OnExpiry.FAIL, 0, 0, List.of());

    private final Primary primary = new Primary(Limits.DEFAULT);

    AuditTest() {
        all(input("c1", "hello"), claim("t1", 0, 0, N1), produce("t1", 1, 1, callOn(TWO), clientCall("look")));
        all(
                approve("c2", "k1"),
                approveWith("c3", "k1", "{\"n\":1}").by(BOB),
                delegate("c4", "k1", "eve").by(BOB));
        all(approve("c5", "k1").by(EVE), result("c6", "k2", "[1]").by(CAROL));
        all(
                produce("t1", 1, 2, serverCallToApprove("mail")),
                remember("c7", "k3"),
                revoke("c8", "g1").by(BOB));
    }

    @Test
    void every_decision_has_an_entry_with_who_and_what_about() {
        String before = NO_ARGUMENTS;
        String after = Payload.of("{\"n\":1}").hash();
        assertEquals(
                List.of(
                        entry("requested", "k1", Actor.SYSTEM, before, "pay for alice"),
                        entry("voted", "k1", ALICE, before, "1 of 2"),
                        entry("edited", "k1", BOB, after, before),
                        entry("voted", "k1", BOB, after, "1 of 2"),
                        entry("delegated", "k1", BOB, "", "eve"),
                        entry("approved", "k1", EVE, after, ""),
                        entry("resulted", "k2", CAROL, Payload.of("[1]").hash(), "ok"),
                        entry("requested", "k3", Actor.SYSTEM, before, "mail for alice"),
                        entry("approved", "k3", ALICE, before, ""),
                        entry("granted", "g1", ALICE, "", "mail"),
                        entry("revoked", "g1", BOB, "", "")),
                entries().stream().map(AuditTest::said).toList());
    }

    @Test
    void the_state_holds_the_last_link() {
        Audit.Entry last = entries().getLast();
        assertEquals(new Audit(last.no(), last.hash()), primary.state().audit());
        assertEquals(List.of(), AuditCheck.problems(lines(), primary.state().audit()));
    }

    @Test
    void the_hash_is_the_one_of_the_page() throws NoSuchAlgorithmException {
        Audit.Entry vote = entries().get(1);
        String form = net(entries().getFirst().hash())
                + net("2")
                + net(Long.toString(vote.seq()))
                + net(Long.toString(vote.at()))
                + net("voted")
                + net("k1")
                + net("person")
                + net("alice")
                + net(NO_ARGUMENTS)
                + net("1 of 2");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(form.getBytes(StandardCharsets.UTF_8));
        assertEquals(HexFormat.of().formatHex(digest), vote.hash());
    }

    @Test
    void an_entry_that_was_changed_left_out_moved_or_put_in_is_found() {
        List<AuditTrail.Line> whole = lines();
        for (int i = 0; i < whole.size(); i++) {
            List<AuditTrail.Line> without = new ArrayList<>(whole);
            without.remove(i);
            assertFalse(AuditCheck.problems(without, primary.state().audit()).isEmpty(), "left out " + i);
            List<AuditTrail.Line> twice = new ArrayList<>(whole);
            twice.add(i, whole.get(i));
            assertFalse(AuditCheck.problems(twice, primary.state().audit()).isEmpty(), "twice " + i);
            List<AuditTrail.Line> changed = new ArrayList<>(whole);
            changed.set(i, by(whole.get(i), new Actor(Actor.Kind.PERSON, "mallory")));
            assertFalse(AuditCheck.problems(changed, primary.state().audit()).isEmpty(), "changed " + i);
        }
    }

    @Test
    void fields_can_not_be_shifted_into_each_other() {
        Audit.Entry one = Audit.START
                .entry(1, 1, new Event.GrantRevoked("g1", new Actor(Actor.Kind.PERSON, "2")))
                .get();
        Audit.Entry other = Audit.START
                .entry(1, 1, new Event.GrantRevoked("g", new Actor(Actor.Kind.PERSON, "12")))
                .get();
        assertFalse(one.hash().equals(other.hash()));
    }

    @Test
    void the_chain_goes_on_across_a_fork_and_is_the_same_when_replayed() {
        all(produce("t1", 1, 3, serverCallToApprove("pay")));
        Decision decision = primary.submitAfterLoss(approve("c9", "k4"), 99);
        assertTrue(decision instanceof Decision.Accepted);
        assertEquals(List.of(), AuditCheck.problems(lines(), primary.state().audit()));
        State replayed = primary.state().atStart();
        for (EventBatch batch : primary.log()) {
            replayed = primary.session().replay(replayed, batch);
        }
        assertEquals(primary.state().audit(), replayed.audit());
        assertEquals(primary.state().audit(), primary.backup().audit());
    }

    @Test
    void an_entry_stands_at_the_seq_of_its_event() {
        for (Audit.Entry entry : entries()) {
            EventBatch batch = primary.log().stream()
                    .filter(one -> one.from() <= entry.seq() && entry.seq() <= one.to())
                    .findFirst()
                    .orElseThrow();
            Event event = batch.after(entry.seq() - 1).events().getFirst();
            assertTrue(Audit.START.entry(1, 1, event).isPresent(), () -> "a decision: " + event);
            assertEquals(batch.at(), entry.at());
        }
    }

    private static Audit.Entry entry(String action, String subject, Actor by, String hash, String detail) {
        return new Audit.Entry(0, 0, 0, action, subject, by, hash, detail, "", "");
    }

    private static Audit.Entry said(Audit.Entry entry) {
        return entry(entry.action(), entry.subject(), entry.by(), entry.payloadHash(), entry.detail());
    }

    private static AuditTrail.Line by(AuditTrail.Line line, Actor other) {
        Audit.Entry e = line.entry();
        return new AuditTrail.Line(
                new Audit.Entry(
                        e.no(),
                        e.seq(),
                        e.at(),
                        e.action(),
                        e.subject(),
                        other,
                        e.payloadHash(),
                        e.detail(),
                        e.previous(),
                        e.hash()),
                Optional.empty());
    }

    private static String net(String field) {
        return field.getBytes(StandardCharsets.UTF_8).length + ":" + field + ",";
    }

    private List<Audit.Entry> entries() {
        return lines().stream().map(AuditTrail.Line::entry).toList();
    }

    private List<AuditTrail.Line> lines() {
        AuditTrail trail = new AuditTrail();
        primary.log().forEach(trail::apply);
        return trail.lines();
    }

    private void all(Act... acts) {
        for (Act act : acts) {
            assertTrue(primary.submit(act) instanceof Decision.Accepted, act::toString);
        }
    }
}
