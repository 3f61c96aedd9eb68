package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The windows of docs/decisions/0003-command-ids.md: here 3 clients, 4 numbers each, and 4 free-form ids. */
class CommandLedgerTest {
    private static final Limits LIMITS = Small.LIMITS;
    private static final long BODY = 77;

    private CommandLedger ledger = CommandLedger.EMPTY;
    private long head;

    @Test
    void an_unseen_number_is_new() {
        assertNew(number("a", 1));
        execute(number("a", 1));
        assertNew(number("a", 2));
        assertNew(number("b", 1));
    }

    @Test
    void a_repetition_gets_the_first_answer() {
        execute(number("a", 1));
        execute(number("a", 2));
        assertRepeats(1, number("a", 1));
        assertRepeats(2, number("a", 2));
    }

    @Test
    void another_body_is_a_conflict() {
        execute(number("a", 1));
        assertRefused(ErrorCode.ID_CONFLICT, ledger.recall(number("a", 1), BODY + 1, LIMITS));
    }

    @Test
    void numbers_may_come_in_any_order_within_the_window() {
        execute(number("a", 4));
        execute(number("a", 2));
        execute(number("a", 1));
        assertNew(number("a", 3));
        assertRepeats(2, number("a", 2));
        execute(number("a", 3));
        IntStream.rangeClosed(1, 4)
                .forEach(n -> assertRepeats(List.of(3, 2, 4, 1).get(n - 1), number("a", n)));
    }

    @Test
    void gaps_are_no_obstacle() {
        execute(number("a", 1));
        execute(number("a", 3));
        assertNew(number("a", 2));
        assertNew(number("a", 100));
    }

    @Test
    void a_number_below_the_window_is_too_old_whether_seen_or_not() {
        execute(number("a", 1));
        execute(number("a", 6));
        assertExpired(number("a", 1));
        assertExpired(number("a", 2));
        assertNew(number("a", 3));
    }

    @Test
    void a_window_keeps_no_more_rows_than_its_width() {
        IntStream.rangeClosed(1, 50).forEach(n -> execute(number("a", n)));
        assertEquals(4, ledger.clients().getFirst().rows().size());
        assertRepeats(47, number("a", 47));
        assertExpired(number("a", 46));
    }

    @Test
    void the_client_least_recently_used_is_forgotten_first() {
        List.of("a", "b", "c", "a", "d").forEach(client -> execute(number(client, ledgerNumber(client))));
        List<String> known =
                ledger.clients().stream().map(w -> w.client().substring(2, 3)).toList();
        assertEquals(List.of("c", "a", "d"), known);
    }

    @Test
    void a_forgotten_client_is_refused_for_ever() {
        List.of("a", "b", "c", "d").forEach(client -> execute(number(client, 1)));
        assertExpired(number("a", 1));
        assertExpired(number("a", 2));
        assertNew(number("b", 2));
    }

    @Test
    void the_watermark_refuses_unknown_clients_that_may_have_been_forgotten() {
        List.of("c", "b", "d", "e").forEach(client -> execute(number(client, 1)));
        assertExpired(number("c", 2));
        assertExpired(number("a", 1));
        assertNew(number("f", 1));
        assertNew(number("b", 2));
    }

    @Test
    void the_watermark_never_falls() {
        List.of("d", "a", "b", "c").forEach(client -> execute(number(client, 1)));
        long high = ledger.forgotten();
        execute(number("e", 1));
        assertEquals(high, ledger.forgotten(), "forgetting an older client lowers nothing");
        assertExpired(number("d", 2));
    }

    @Test
    void free_form_ids_are_remembered_up_to_their_bound() {
        List.of("p", "q", "r", "s").forEach(id -> execute(CommandId.parse(id)));
        assertRepeats(1, CommandId.parse("p"));
        assertRefused(ErrorCode.ID_CONFLICT, ledger.recall(CommandId.parse("q"), BODY + 1, LIMITS));
        execute(CommandId.parse("t"));
        assertNew(CommandId.parse("p"));
        assertRepeats(2, CommandId.parse("q"));
        assertEquals(4, ledger.freeForm().size());
    }

    @Test
    void free_form_ids_and_numbers_do_not_push_each_other_out() {
        execute(number("a", 1));
        IntStream.range(0, 20).forEach(i -> execute(CommandId.parse("free-" + i)));
        assertRepeats(1, number("a", 1));
        IntStream.rangeClosed(2, 40).forEach(n -> execute(number("a", n)));
        assertRepeats(21, CommandId.parse("free-19"));
    }

    @Test
    void commands_of_the_mesh_itself_leave_no_row() {
        execute(CommandId.NONE);
        assertEquals(CommandLedger.EMPTY, ledger);
        assertNew(CommandId.NONE);
    }

    private int ledgerNumber(String client) {
        return 1
                + (int) ledger.clients().stream()
                        .filter(window -> window.client().startsWith("c-" + client))
                        .count();
    }

    /** A number of a client whose id was issued the later the further its letter is. */
    private static CommandId number(String client, int number) {
        return CommandId.parse("c-" + client + "2x00000-000000:" + number);
    }

    private void execute(CommandId id) {
        head++;
        ledger = ledger.record(id, BODY, head, head, LIMITS);
    }

    private void assertNew(CommandId id) {
        assertEquals(Optional.empty(), ledger.recall(id, BODY, LIMITS));
    }

    private void assertRepeats(long seq, CommandId id) {
        assertEquals(Optional.of(new Decision.Duplicate(seq, seq)), ledger.recall(id, BODY, LIMITS));
    }

    private void assertExpired(CommandId id) {
        assertRefused(ErrorCode.ID_EXPIRED, ledger.recall(id, BODY, LIMITS));
    }

    private static void assertRefused(ErrorCode code, Optional<Decision> recalled) {
        assertEquals(
                Optional.of(code),
                recalled.map(decision -> decision instanceof Decision.Refused refused ? refused.code() : null));
    }
}
