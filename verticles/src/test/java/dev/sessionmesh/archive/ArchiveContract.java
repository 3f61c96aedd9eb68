package dev.sessionmesh.archive;

import static dev.sessionmesh.archive.ArchiveProbe.MESH;
import static dev.sessionmesh.archive.ArchiveProbe.done;
import static dev.sessionmesh.archive.ArchiveProbe.holder;
import static dev.sessionmesh.archive.ArchiveProbe.record;
import static dev.sessionmesh.archive.ArchiveProbe.records;
import static dev.sessionmesh.archive.ArchiveProbe.snapshot;
import static dev.sessionmesh.archive.ArchiveProbe.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.SessionKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What {@link Archive} promises, as tests that every implementation runs. A subclass says only where its archive is; each test has a tenant of its own,
 * so one archive may serve all of them.
 */
public abstract class ArchiveContract {
    private ArchiveProbe probe;
    private SessionKey key;

    /** The archive under test; may be the same one for every test. */
    protected abstract Archive archive();

    @BeforeEach
    void nameSession() {
        probe = new ArchiveProbe(this::archive);
        key = probe.session("s1");
    }

    private Verdict write(Holder holder, Mark behind, String... letters) {
        return done(archive().write(probe.write(key, holder, behind, letters)));
    }

    private static Holder held(long hold) {
        return new Holder(MESH, hold, 0);
    }

    private Stored stored() {
        return done(archive().read(key)).orElseThrow();
    }

    private Mark mark() {
        return done(archive().mark(key)).orElseThrow();
    }

    @Nested
    class OneLog {
        @Test
        void the_first_write_creates_the_session_under_the_writers_number() {
            assertEquals(Optional.empty(), done(archive().mark(key)));
            Mark mark = probe.written(probe.write(key, new Holder(MESH, 5, 2), Mark.NONE, "abc"));
            assertEquals(3, mark.seq());
            assertEquals(ArchiveProbe.HISTORY, mark.history());
            assertEquals(5, mark.hold());
            assertEquals(2, mark.term());
            assertEquals(MESH, mark.cluster());
            assertFalse(mark.asleep() || mark.deleted());
            assertEquals(mark, mark());
        }

        @Test
        void records_follow_each_other_and_come_back_as_they_were() {
            Mark first = probe.create(key, "abc", "d");
            Mark second = probe.more(key, first, "efgh");
            List<LogRecord> all = new ArrayList<>(records(Mark.NONE, "abc", "d"));
            all.add(record(first, "efgh"));
            assertEquals(all.size(), stored().records().size());
            for (int i = 0; i < all.size(); i++) {
                LogRecord was = all.get(i);
                LogRecord is = stored().records().get(i);
                assertEquals(
                        List.of(was.from(), was.to(), was.history(), was.chain()),
                        List.of(is.from(), is.to(), is.history(), is.chain()));
                assertArrayEquals(was.bytes(), is.bytes());
            }
            assertEquals(second, stored().mark());
        }

        @Test
        void bytes_of_any_value_come_back_as_they_were() {
            byte[] bytes = new byte[10_000];
            new Random(7).nextBytes(bytes);
            LogRecord record = LogRecord.after(0, 1, 90, Long.MAX_VALUE, bytes);
            Write write = new Write(key, new Holder(MESH, 1, 0), Mark.NONE, List.of(record), bytes, false);
            Mark mark = probe.written(write);
            assertEquals(Long.MAX_VALUE, mark.history());
            assertArrayEquals(bytes, stored().records().getFirst().bytes());
            assertArrayEquals(bytes, stored().snapshot());
        }

        @Test
        void a_log_of_many_records_comes_back_whole() {
            Mark mark = probe.create(key, "a");
            for (int i = 0; i < 7; i++) {
                mark = probe.more(key, mark, Collections.nCopies(100, "xy").toArray(String[]::new));
            }
            assertEquals(701, stored().records().size());
            assertEquals(1_401, stored().mark().seq());
            assertEquals(701, probe.taken(key, MESH, false).stored().records().size());
        }

        @Test
        void a_repeated_write_is_written_once() {
            Write write = probe.write(key, new Holder(MESH, 1, 0), Mark.NONE, "abc", "de");
            Mark mark = probe.written(write);
            assertEquals(mark, probe.written(write));
            Write next = probe.write(key, holder(mark), mark, "f");
            Mark after = probe.written(next);
            assertEquals(after, probe.written(next));
            assertEquals("abcdef", text(stored().records()));
        }

        @Test
        void of_a_write_that_is_there_in_part_the_rest_is_added() {
            Mark first = probe.create(key, "abc");
            Mark second = probe.more(key, first, "de");
            Mark third = probe.more(key, first, "de", "fg");
            assertEquals(List.of(5L, 7L), List.of(second.seq(), third.seq()));
            assertEquals("abcdefg", text(stored().records()));
        }

        @Test
        void who_leaves_something_out_is_told_where_the_log_ends() {
            Mark mark = probe.create(key, "abc");
            Mark ahead = new Mark(5, ArchiveProbe.HISTORY, 77, 1, 0, MESH, false);
            assertEquals(new Verdict.Elsewhere(mark), write(holder(mark), ahead, "fg"));
            assertEquals("abc", text(stored().records()));
        }

        @Test
        void who_is_behind_is_told_where_the_log_ends() {
            Mark first = probe.create(key, "abc");
            Mark second = probe.more(key, first, "de");
            assertEquals(new Verdict.Elsewhere(second), write(holder(first), first, "d"));
            assertEquals(new Verdict.Elsewhere(second), write(holder(first), first, "dE"));
            assertEquals(new Verdict.Elsewhere(second), write(holder(first), Mark.NONE, "ab"));
            assertEquals("abcde", text(stored().records()));
        }

        @Test
        void another_log_of_the_same_length_is_not_the_same_log() {
            Mark mark = probe.create(key, "abc");
            Mark other = ArchiveProbe.end(record(Mark.NONE, "xyz"), holder(mark));
            assertEquals(new Verdict.Elsewhere(mark), write(holder(mark), other, "d"));
            assertEquals(new Verdict.Elsewhere(mark), write(holder(mark), Mark.NONE, "xyz"));
            Mark elsewhen = new Mark(3, 99, mark.chain(), 1, 0, MESH, false);
            assertEquals(new Verdict.Elsewhere(mark), write(holder(mark), elsewhen, "d"));
            assertEquals("abc", text(stored().records()));
        }

        @Test
        void what_the_archive_never_knew_must_begin_at_the_beginning() {
            Mark somewhere = new Mark(5, 1, 77, 1, 0, MESH, false);
            assertEquals(new Verdict.Elsewhere(Mark.NONE), write(new Holder(MESH, 1, 0), somewhere, "fg"));
            assertEquals(Optional.empty(), done(archive().mark(key)));
        }

        @Test
        void records_that_do_not_follow_each_other_are_no_write() {
            LogRecord first = record(Mark.NONE, "abc");
            LogRecord gap = new LogRecord(5, 6, 1, 1, new byte[2]);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Write(key, new Holder(MESH, 1, 0), Mark.NONE, List.of(first, gap), snapshot(""), false));
        }

        @Test
        void writes_at_the_same_time_make_one_log() {
            Mark start = probe.create(key, "a");
            List<CompletableFuture<Verdict>> all = IntStream.range(0, 16)
                    .mapToObj(i -> archive()
                            .write(probe.write(key, holder(start), start, "" + (char) ('b' + i)))
                            .toCompletableFuture())
                    .toList();
            long won = all.stream()
                    .filter(one -> done(one) instanceof Verdict.Written)
                    .count();
            assertEquals(1, won);
            assertEquals(2, stored().records().size());
        }
    }

    @Nested
    class Snapshots {
        @Test
        void a_snapshot_takes_the_place_of_the_one_before() {
            Mark mark = probe.create(key, "abc");
            assertEquals("snapshot abc", text(stored().snapshot()));
            probe.more(key, mark, "d");
            assertEquals("snapshot d", text(stored().snapshot()));
        }

        @Test
        void a_write_without_records_changes_the_snapshot_only() {
            Mark mark = probe.create(key, "abc");
            Write write = new Write(key, holder(mark), mark, List.of(), snapshot("later"), false);
            assertEquals(mark, probe.written(write));
            assertEquals("snapshot later", text(stored().snapshot()));
            assertEquals("abc", text(stored().records()));
        }

        @Test
        void a_session_without_events_can_be_kept() {
            Write write = new Write(key, new Holder(MESH, 1, 0), Mark.NONE, List.of(), snapshot("empty"), false);
            Mark mark = probe.written(write);
            assertEquals(new Mark(0, 0, 0, 1, 0, MESH, false), mark);
            assertEquals("snapshot empty", text(stored().snapshot()));
            assertEquals("", text(stored().records()));
            probe.more(key, mark, "a");
            assertEquals("a", text(stored().records()));
        }

        @Test
        void a_refused_write_changes_no_snapshot() {
            Mark mark = probe.create(key, "abc");
            write(new Holder("other", 1, 0), mark, "d");
            write(new Holder(MESH, 2, 0), mark, "d");
            write(holder(mark), Mark.NONE, "x");
            assertEquals("snapshot abc", text(stored().snapshot()));
            assertEquals(mark, mark());
        }
    }

    @Nested
    class OneHolder {
        @Test
        void who_writes_under_another_number_is_fenced() {
            Mark mark = probe.create(key, "abc");
            long hold = probe.taken(key, MESH, false).hold();
            assertEquals(2, hold);
            Verdict.Fenced fenced = assertInstanceOf(Verdict.Fenced.class, write(holder(mark), mark, "d"));
            assertEquals(hold, fenced.mark().hold());
            assertInstanceOf(Verdict.Fenced.class, write(new Holder(MESH, 3, 0), mark, "d"));
            assertInstanceOf(Verdict.Written.class, write(new Holder(MESH, 2, 0), mark, "D"));
            assertEquals("abcD", text(stored().records()));
        }

        @Test
        void another_cluster_is_fenced_under_the_same_number_too() {
            Mark mark = probe.create(key, "abc");
            assertEquals(new Verdict.Fenced(mark), write(new Holder("other", 1, 0), mark, "d"));
            assertEquals(new Verdict.Fenced(mark), write(new Holder("other", 1, 0), Mark.NONE, "abc"));
        }

        @Test
        void who_was_left_behind_by_a_forced_membership_is_fenced() {
            Mark mark = probe.create(key, "abc");
            Mark later = probe.written(probe.write(key, new Holder(MESH, 1, 2), mark, "d"));
            assertEquals(2, later.term());
            assertEquals(new Verdict.Fenced(later), write(new Holder(MESH, 1, 1), later, "e"));
            assertInstanceOf(Verdict.Written.class, write(new Holder(MESH, 1, 2), later, "e"));
        }

        @Test
        void a_claim_gives_all_that_there_is_under_the_next_number() {
            Mark mark = probe.create(key, "abc", "de");
            Claim.Taken taken = probe.taken(key, MESH, false);
            assertEquals(2, taken.hold());
            assertFalse(taken.slept());
            assertEquals(mark, taken.stored().mark());
            assertEquals("snapshot abcde", text(taken.stored().snapshot()));
            assertEquals("abcde", text(taken.stored().records()));
            assertEquals(2, mark().hold());
        }

        @Test
        void what_another_cluster_holds_is_given_away_by_force_only() {
            probe.create(key, "abc");
            assertEquals(new Claim.Held(MESH), done(archive().claim(key, "other", false)));
            assertEquals(1, mark().hold());
            Claim.Taken taken = probe.taken(key, "other", true);
            assertEquals(2, taken.hold());
            assertFalse(taken.slept());
            assertEquals("other", mark().cluster());
            assertEquals(new Claim.Held("other"), done(archive().claim(key, MESH, false)));
        }

        @Test
        void what_sleeps_is_given_to_whoever_asks() {
            Mark mark = probe.asleep(key, "abc");
            Claim.Taken taken = probe.taken(key, "other", false);
            assertTrue(taken.slept());
            assertEquals(mark, taken.stored().mark());
            assertEquals("other", mark().cluster());
        }

        @Test
        void what_the_archive_never_knew_can_not_be_claimed() {
            assertEquals(new Claim.Absent(), done(archive().claim(key, MESH, true)));
            assertEquals(Optional.empty(), done(archive().mark(key)));
            assertEquals(Optional.empty(), done(archive().read(key)));
        }

        @Test
        void of_many_who_claim_at_once_the_last_one_holds() {
            Mark mark = probe.asleep(key, "abc");
            List<CompletableFuture<Claim>> all = IntStream.range(0, 16)
                    .mapToObj(i -> archive().claim(key, MESH, false).toCompletableFuture())
                    .toList();
            Set<Long> numbers = new HashSet<>();
            long slept = 0;
            for (CompletableFuture<Claim> one : all) {
                Claim.Taken taken = assertInstanceOf(Claim.Taken.class, done(one));
                numbers.add(taken.hold());
                slept += taken.slept() ? 1 : 0;
            }
            assertEquals(16, numbers.size(), "no two have the same number");
            assertEquals(1, slept, "only one found it asleep");
            long last = Collections.max(numbers);
            for (long number : numbers) {
                assertEquals(number == last, done(archive().isHeld(held(number), key)));
                Class<? extends Verdict> expected = number == last ? Verdict.Written.class : Verdict.Fenced.class;
                assertInstanceOf(expected, write(new Holder(MESH, number, 0), mark, "d"));
            }
        }

        @Test
        void of_two_clusters_that_claim_at_once_one_gets_it() {
            for (int i = 0; i < 8; i++) {
                SessionKey one = probe.session("race" + i);
                probe.asleep(one, "abc");
                var first = archive().claim(one, "east", false).toCompletableFuture();
                var second = archive().claim(one, "west", false).toCompletableFuture();
                long taken = List.of(done(first), done(second)).stream()
                        .filter(claim -> claim instanceof Claim.Taken)
                        .count();
                assertEquals(1, taken);
            }
        }

        @Test
        void who_looks_changes_nothing() {
            Mark mark = probe.create(key, "abc");
            stored();
            mark();
            assertEquals(mark, stored().mark());
            assertTrue(done(archive().isHeld(held(1), key)));
            assertFalse(done(archive().isHeld(held(2), key)));
            assertFalse(done(archive().isHeld(held(1), probe.session("nobody"))));
        }
    }

    @Nested
    class Rest {
        @Test
        void a_session_that_was_put_away_in_order_is_held_by_nobody() {
            Mark mark = probe.asleep(key, "abc");
            assertTrue(mark.asleep());
            assertEquals("", mark.cluster());
            assertEquals("abc", text(stored().records()));
            assertEquals("snapshot abc", text(stored().snapshot()));
            assertFalse(done(archive().isHeld(held(1), key)));
            assertInstanceOf(Verdict.Fenced.class, write(new Holder(MESH, 1, 0), mark, "d"));
        }

        @Test
        void it_is_not_put_away_with_less_than_the_archive_has() {
            Mark mark = probe.create(key, "abc");
            assertFalse(done(archive().rest(held(1), key, 2)));
            assertFalse(done(archive().rest(held(1), key, 4)));
            assertFalse(done(archive().rest(held(2), key, 3)));
            assertFalse(done(archive().rest(held(1), probe.session("nobody"), 3)));
            assertEquals(mark, mark());
        }

        @Test
        void under_the_same_number_another_cluster_neither_holds_it_nor_puts_it_away() {
            // Both made a session of this name, and one of them was first.
            Mark mark = probe.create(key, "abc");
            Holder other = new Holder("other", mark.hold(), mark.term());
            assertFalse(done(archive().isHeld(other, key)));
            assertFalse(done(archive().rest(other, key, mark.seq())));
            assertEquals(mark, mark());
            assertTrue(done(archive().isHeld(holder(mark), key)));
            assertTrue(done(archive().rest(holder(mark), key, mark.seq())));
        }

        @Test
        void who_was_left_behind_by_a_forced_membership_puts_nothing_away() {
            Mark mark = probe.create(key, "abc");
            Mark later = probe.written(probe.write(key, new Holder(MESH, 1, 2), mark, "d"));
            assertFalse(done(archive().rest(new Holder(MESH, 1, 1), key, later.seq())));
            assertEquals(later, mark());
            assertTrue(done(archive().rest(new Holder(MESH, 1, 3), key, later.seq())));
        }

        @Test
        void a_repeated_rest_is_true_again() {
            probe.asleep(key, "abc");
            assertTrue(done(archive().rest(held(1), key, 3)));
            probe.taken(key, MESH, false);
            assertFalse(done(archive().rest(held(1), key, 3)), "somebody has it again");
            assertEquals(MESH, mark().cluster());
        }
    }

    @Nested
    class Rewinds {
        private Mark rewound(Mark mark, long seq) {
            return assertInstanceOf(Verdict.Written.class, done(archive().rewind(holder(mark), key, seq)))
                    .mark();
        }

        @Test
        void records_behind_a_border_are_taken_away() {
            Mark mark = probe.create(key, "abc", "de", "fg");
            Mark first = ArchiveProbe.end(record(Mark.NONE, "abc"), new Holder(MESH, 2, 0));
            assertEquals(first, rewound(mark, 3));
            assertEquals(first, mark());
            assertEquals("abc", text(stored().records()));
        }

        @Test
        void a_record_that_goes_beyond_the_seq_is_taken_away_whole() {
            Mark mark = probe.create(key, "abc", "de", "fg");
            Mark back = rewound(mark, 4);
            assertEquals(3, back.seq());
            assertEquals("abc", text(stored().records()));
        }

        @Test
        void all_can_be_taken_away() {
            Mark mark = probe.create(key, "abc", "de");
            assertEquals(new Mark(0, 0, 0, 2, 0, MESH, false), rewound(mark, 2));
            assertEquals(List.of(), stored().records());
            probe.written(probe.write(key, new Holder(MESH, 2, 0), mark(), "xyz"));
            assertEquals("xyz", text(stored().records()));
        }

        @Test
        void long_ends_are_taken_away_too() {
            Mark mark = probe.create(key, Collections.nCopies(70, "ab").toArray(String[]::new));
            assertEquals(20, rewound(mark, 21).seq());
            assertEquals(10, stored().records().size());
        }

        @Test
        void very_long_ends_are_taken_away_too_whoever_wrote_them() {
            Mark mark = probe.create(key, "abc", "de");
            for (int i = 0; i < 3; i++) {
                // Records under three numbers.
                mark = probe.more(key, mark, Collections.nCopies(300, "xy").toArray(String[]::new));
                long hold = probe.taken(key, MESH, false).hold();
                mark = new Mark(mark.seq(), mark.history(), mark.chain(), hold, 0, MESH, false);
            }
            assertEquals(3, rewound(mark, 4).seq());
            assertEquals("abc", text(stored().records()));
            probe.more(key, mark(), "xy", "z");
            assertEquals("abcxyz", text(probe.taken(key, MESH, false).stored().records()));
        }

        @Test
        void a_border_within_what_an_earlier_number_wrote_is_found() {
            Mark mark = probe.create(key, "abc", "de", "fg");
            long hold = probe.taken(key, MESH, false).hold();
            mark = probe.more(key, new Mark(7, mark.history(), mark.chain(), hold, 0, MESH, false), "hi", "jk");
            assertEquals(5, rewound(mark, 6).seq());
            assertEquals("abcde", text(stored().records()));
        }

        @Test
        void large_records_are_taken_away_too() {
            Mark mark = probe.create(key, "abc");
            String large = "x".repeat(700_000);
            for (int i = 0; i < 4; i++) {
                mark = probe.more(key, mark, large);
            }
            assertEquals(3, rewound(mark, 3).seq());
            assertEquals("abc", text(stored().records()));
        }

        @Test
        void the_snapshot_of_an_end_that_is_no_more_stays() {
            Mark mark = probe.create(key, "abc", "de");
            rewound(mark, 3);
            assertEquals("snapshot abcde", text(stored().snapshot()), "what the session is can be told from it");
        }

        @Test
        void with_nothing_to_take_away_only_the_number_changes() {
            Mark mark = probe.create(key, "abc");
            Mark same = rewound(mark, 3);
            assertEquals(2, same.hold());
            assertTrue(same.endsLike(mark));
            assertEquals("snapshot abc", text(stored().snapshot()));
        }

        @Test
        void the_log_goes_on_from_where_it_was_cut_under_the_next_number() {
            Mark mark = probe.create(key, "abc", "de");
            Mark back = rewound(mark, 3);
            assertInstanceOf(Verdict.Fenced.class, write(holder(mark), back, "x"));
            probe.more(key, back, "xy", "z");
            assertEquals("abcxyz", text(stored().records()));
            assertEquals("abcxyz", text(probe.taken(key, MESH, false).stored().records()));
        }

        @Test
        void a_repeated_rewind_is_done_once() {
            Mark mark = probe.create(key, "abc", "de");
            Mark back = rewound(mark, 3);
            assertEquals(back, rewound(mark, 3));
            assertEquals(2, mark().hold());
            assertInstanceOf(Verdict.Fenced.class, done(archive().rewind(holder(mark), key, 0)));
            probe.more(key, back, "xy");
            assertInstanceOf(
                    Verdict.Fenced.class, done(archive().rewind(holder(mark), key, 3)), "the log went on since");
        }

        @Test
        void who_does_not_hold_it_takes_nothing_away() {
            Mark mark = probe.create(key, "abc", "de");
            assertEquals(new Verdict.Fenced(mark), done(archive().rewind(new Holder("other", 1, 0), key, 3)));
            assertEquals(new Verdict.Fenced(mark), done(archive().rewind(new Holder(MESH, 2, 0), key, 3)));
            probe.taken(key, MESH, false);
            assertInstanceOf(Verdict.Fenced.class, done(archive().rewind(holder(mark), key, 3)));
            assertEquals(
                    new Verdict.Elsewhere(Mark.NONE), done(archive().rewind(holder(mark), probe.session("nobody"), 3)));
            assertEquals("abcde", text(stored().records()));
        }
    }

    @Nested
    class Packing {
        @Test
        void the_same_log_lies_in_fewer_records() {
            Mark mark = probe.asleep(key, "abc", "de", "fg");
            LogRecord one = record(Mark.NONE, "abcdefg");
            assertTrue(done(archive().pack(key, mark, List.of(one))));
            assertEquals(1, stored().records().size());
            assertEquals("abcdefg", text(stored().records()));
            assertEquals("snapshot abcdefg", text(stored().snapshot()));
            assertEquals(one.chain(), mark().chain());
            assertEquals(7, mark().seq());
            assertTrue(mark().asleep());
            assertTrue(done(archive().pack(key, mark, List.of(one))), "repeated");
        }

        @Test
        void a_packed_session_goes_on_as_any_other() {
            Mark mark = probe.asleep(key, "abc", "de");
            assertTrue(done(archive().pack(key, mark, records(Mark.NONE, "abcd", "e"))));
            Claim.Taken taken = probe.taken(key, MESH, false);
            assertTrue(taken.slept());
            Mark behind = taken.stored().mark();
            probe.written(probe.write(key, new Holder(MESH, taken.hold(), 0), behind, "f"));
            assertEquals("abcdef", text(stored().records()));
        }

        @Test
        void what_is_held_or_has_changed_is_not_packed() {
            LogRecord one = record(Mark.NONE, "abcde");
            Mark mark = probe.create(key, "abc", "de");
            assertFalse(done(archive().pack(key, mark, List.of(one))), "held");
            assertTrue(done(archive().rest(held(1), key, 5)));
            Mark asleep = mark();
            Claim.Taken taken = probe.taken(key, MESH, false);
            assertFalse(done(archive().pack(key, asleep, List.of(one))), "claimed meanwhile");
            assertTrue(done(archive().rest(held(taken.hold()), key, 5)));
            assertFalse(done(archive().pack(key, asleep, List.of(one))), "held and put away meanwhile");
            assertFalse(done(archive().pack(probe.session("nobody"), asleep, List.of(one))));
            assertEquals(2, stored().records().size());
        }

        @Test
        void records_that_do_not_lead_to_the_mark_are_refused() {
            Mark mark = probe.asleep(key, "abc", "de");
            for (List<LogRecord> wrong : List.of(
                    List.<LogRecord>of(),
                    records(Mark.NONE, "abcd"),
                    List.of(new LogRecord(1, 5, 0, 3, new byte[5])))) {
                CompletionException failure = assertThrows(CompletionException.class, () -> archive()
                        .pack(key, mark, wrong)
                        .toCompletableFuture()
                        .join());
                assertInstanceOf(IllegalArgumentException.class, failure.getCause());
            }
            assertEquals("abcde", text(stored().records()));
        }

        @Test
        void of_packing_and_claiming_at_once_either_order_is_right() {
            for (int i = 0; i < 12; i++) {
                SessionKey one = probe.session("race" + i);
                Mark mark = probe.asleep(one, "abc", "de");
                var packed = archive()
                        .pack(one, mark, List.of(record(Mark.NONE, "abcde")))
                        .toCompletableFuture();
                Claim.Taken taken = probe.taken(one, MESH, false);
                assertEquals("abcde", text(taken.stored().records()));
                boolean before = taken.stored().records().size() == 1;
                assertEquals(before, done(packed));
                Mark behind = taken.stored().mark();
                probe.written(probe.write(one, new Holder(MESH, taken.hold(), 0), behind, "f"));
            }
        }
    }

    @Nested
    class Deletion {
        @Test
        void all_is_gone_and_a_tombstone_is_left() {
            probe.create(key, "abc");
            done(archive().putBlob(key, "h1", "long text".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            done(archive().schedule(key, 5));
            done(archive().index(probe.listed("s1", 5)));
            done(archive().delete(key, 77, 3));
            assertTrue(mark().deleted());
            assertFalse(mark().asleep());
            assertEquals(3, mark().seq());
            assertEquals(0, stored().snapshot().length);
            assertEquals(List.of(), stored().records());
            assertEquals(Optional.empty(), done(archive().blob(key, "h1")));
            assertFalse(due(Long.MAX_VALUE - 1).contains(key));
            assertEquals(List.of(), probe.pages(probe.all("", 10)));
            assertEquals(new Claim.Gone(77, 3), done(archive().claim(key, MESH, true)));
        }

        @Test
        void a_deleted_session_never_comes_back() {
            Mark mark = probe.create(key, "abc");
            done(archive().delete(key, 77, 3));
            assertEquals(new Verdict.Gone(), write(holder(mark), mark, "d"));
            assertEquals(new Verdict.Gone(), write(holder(mark), Mark.NONE, "abc"));
            assertEquals(new Verdict.Gone(), done(archive().rewind(holder(mark), key, 0)));
            assertFalse(done(archive().rest(held(1), key, 3)));
            assertFalse(done(archive().isHeld(held(1), key)));
            assertFalse(done(archive().pack(key, mark, List.of(record(Mark.NONE, "abc")))));
            done(archive().putBlob(key, "h1", new byte[] {1}));
            done(archive().schedule(key, 5));
            done(archive().index(probe.listed("s1", 5)));
            assertEquals(Optional.empty(), done(archive().blob(key, "h1")));
            assertFalse(due(Long.MAX_VALUE - 1).contains(key));
            assertEquals(List.of(), probe.pages(probe.all("", 10)));
            assertTrue(mark().deleted());
        }

        @Test
        void what_the_archive_never_knew_is_deleted_too() {
            done(archive().delete(key, 77, 9));
            assertEquals(new Claim.Gone(77, 9), done(archive().claim(key, MESH, false)));
            assertEquals(new Verdict.Gone(), write(new Holder(MESH, 1, 0), Mark.NONE, "abc"));
        }

        @Test
        void the_first_tombstone_stays() {
            probe.create(key, "abc");
            done(archive().delete(key, 77, 1));
            done(archive().delete(key, 99, 50));
            assertEquals(
                    new Claim.Gone(77, 3), done(archive().claim(key, MESH, false)), "its own last seq is the larger");
        }

        @Test
        void a_session_that_is_deleted_while_it_is_listed_is_not_found() {
            for (int i = 0; i < 12; i++) {
                SessionKey one = probe.session("race" + i);
                probe.create(one, "abc");
                var listing = archive().index(probe.listed("race" + i, i)).toCompletableFuture();
                var planning = archive().schedule(one, i).toCompletableFuture();
                done(archive().delete(one, 1, 3));
                done(listing);
                done(planning);
                assertFalse(due(Archive.bucketOf(one), Long.MAX_VALUE - 1).contains(one));
            }
            assertEquals(List.of(), probe.pages(probe.all("", 10)));
        }
    }

    @Nested
    class Payloads {
        @Test
        void a_payload_is_there_before_its_session_and_comes_back_as_it_was() {
            byte[] bytes = new byte[50_000];
            new Random(3).nextBytes(bytes);
            done(archive().putBlob(key, "sha-1", bytes));
            done(archive().putBlob(key, "sha-1", bytes));
            probe.create(key, "abc");
            assertArrayEquals(bytes, done(archive().blob(key, "sha-1")).orElseThrow());
            assertEquals(Optional.empty(), done(archive().blob(key, "sha-2")));
            assertEquals(Optional.empty(), done(archive().blob(probe.session("other"), "sha-1")));
        }

        @Test
        void an_empty_payload_is_not_an_absent_one() {
            done(archive().putBlob(key, "empty", new byte[0]));
            assertEquals(0, done(archive().blob(key, "empty")).orElseThrow().length);
        }
    }

    private List<SessionKey> due(long until) {
        return due(Archive.bucketOf(key), until);
    }

    private List<SessionKey> due(int bucket, long until) {
        return done(archive().due(bucket, until, 1_000)).stream()
                .filter(one -> one.tenant().equals(probe.tenant))
                .toList();
    }

    @Nested
    class Webhooks extends WebhookArchiveContract {
        @Override
        Archive archive() {
            return ArchiveContract.this.archive();
        }
    }

    @Nested
    class Deadlines {
        /** Sessions that share a list. */
        private List<SessionKey> neighbours(int count) {
            return IntStream.iterate(0, i -> i + 1)
                    .mapToObj(i -> probe.session("d" + i))
                    .filter(one -> Archive.bucketOf(one) == Archive.bucketOf(key))
                    .limit(count)
                    .toList();
        }

        @Test
        void the_most_urgent_come_first() {
            List<SessionKey> some = neighbours(4);
            done(archive().schedule(some.get(0), 300));
            done(archive().schedule(some.get(1), 100));
            done(archive().schedule(some.get(2), 200));
            done(archive().schedule(some.get(3), 301));
            assertEquals(List.of(some.get(1), some.get(2), some.get(0)), due(300));
            assertEquals(List.of(some.get(1)), due(199));
            assertEquals(List.of(), due(99));
            int other = (Archive.bucketOf(key) + 1) % Archive.BUCKETS;
            assertEquals(List.of(), due(other, 1_000));
        }

        @Test
        void no_more_than_asked_for() {
            // Far in the past, so that those of other tests are behind them.
            neighbours(5).forEach(one -> done(archive().schedule(one, -1_000)));
            assertEquals(3, done(archive().due(Archive.bucketOf(key), 0, 3)).size());
            neighbours(5).forEach(one -> done(archive().schedule(one, Long.MAX_VALUE)));
        }

        @Test
        void a_later_word_takes_the_place_of_an_earlier_one() {
            done(archive().schedule(key, 100));
            done(archive().schedule(key, 500));
            assertEquals(List.of(), due(499));
            assertEquals(List.of(key), due(500));
            done(archive().schedule(key, Long.MAX_VALUE));
            assertEquals(List.of(), due(Long.MAX_VALUE - 1));
        }
    }

    @Nested
    class Listing {
        private Listed listed(
                int i, Set<String> users, String state, Map<String, String> labels, long updatedAt, boolean asleep) {
            Listed listed =
                    new Listed(probe.session("s" + i), users, state, labels, 5 + i, updatedAt, 1_000 + i, asleep);
            done(archive().index(listed));
            return listed;
        }

        private List<Listed> find(Query query) {
            return probe.pages(query);
        }

        private Query query(
                Optional<String> user,
                Optional<String> state,
                Map<String, String> labels,
                Optional<Boolean> asleep,
                long from,
                long until,
                int limit) {
            return new Query(probe.tenant, user, state, labels, asleep, from, until, "", limit);
        }

        @Test
        void a_session_comes_back_as_it_was_listed() {
            Listed listed = listed(
                    1, Set.of("ada", "bo {x} ü"), "awaiting_approval", Map.of("team", "a=b", "e", ""), 99, false);
            assertEquals(List.of(listed), find(probe.all("", 10)));
            assertEquals(
                    List.of(listed),
                    find(query(
                            Optional.of("bo {x} ü"),
                            Optional.of("awaiting_approval"),
                            Map.of("team", "a=b", "e", ""),
                            Optional.of(false),
                            99,
                            99,
                            1)));
        }

        @Test
        void what_was_said_before_is_forgotten_but_for_the_people() {
            listed(1, Set.of("ada"), "idle", Map.of("team", "red"), 10, true);
            Listed said = listed(1, Set.of("bo"), "running", Map.of("team", "blue"), 20, false);
            Listed now = new Listed(
                    said.key(),
                    Set.of("ada", "bo"),
                    said.state(),
                    said.labels(),
                    said.createdAt(),
                    said.updatedAt(),
                    said.head(),
                    said.asleep());
            assertEquals(List.of(now), find(probe.all("", 10)));
            Optional<String> any = Optional.empty();
            Optional<Boolean> either = Optional.empty();
            assertEquals(List.of(now), find(query(Optional.of("ada"), any, Map.of(), either, 0, Long.MAX_VALUE, 5)));
            assertEquals(List.of(), find(query(any, Optional.of("idle"), Map.of(), either, 0, Long.MAX_VALUE, 5)));
            assertEquals(List.of(), find(query(any, any, Map.of("team", "red"), either, 0, Long.MAX_VALUE, 5)));
            assertEquals(List.of(), find(query(any, any, Map.of(), Optional.of(true), 0, Long.MAX_VALUE, 5)));
            assertEquals(List.of(), find(query(any, any, Map.of(), either, 0, 19, 5)));
            // And the other way round: what was left can be joined again.
            listed(1, Set.of("ada"), "idle", Map.of("team", "red"), 10, true);
            List<Listed> back = find(
                    query(Optional.of("bo"), Optional.of("idle"), Map.of("team", "red"), Optional.of(true), 10, 10, 5));
            assertEquals(Set.of("ada", "bo"), back.getFirst().users());
        }

        @Test
        void pages_are_right_under_all_conditions_with_ties_in_time() {
            Random random = new Random(11);
            List<String> states = List.of("idle", "running", "awaiting_approval");
            List<Listed> all = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                Set<String> users = new HashSet<>(List.of("u" + random.nextInt(3), "u" + random.nextInt(3)));
                Map<String, String> labels = random.nextBoolean()
                        ? Map.of("team", "t" + random.nextInt(2))
                        : Map.of("team", "t" + random.nextInt(2), "tier", "x" + random.nextInt(2));
                // Five moments for 120 sessions: most pages end within a tie.
                all.add(listed(
                        i,
                        users,
                        states.get(random.nextInt(3)),
                        labels,
                        100 + random.nextInt(5),
                        random.nextBoolean()));
            }
            for (int i = 0; i < 60; i++) {
                Query query = query(
                        random.nextInt(3) > 0 ? Optional.of("u" + random.nextInt(3)) : Optional.empty(),
                        random.nextInt(3) > 1 ? Optional.of(states.get(random.nextInt(3))) : Optional.empty(),
                        random.nextBoolean() ? Map.of("team", "t" + random.nextInt(2), "tier", "x0") : Map.of(),
                        random.nextInt(3) > 1 ? Optional.of(random.nextBoolean()) : Optional.empty(),
                        100 + random.nextInt(3),
                        102 + random.nextInt(3),
                        1 + random.nextInt(20));
                List<Listed> found = find(query);
                assertEquals(expected(all, query), Set.copyOf(found), query.toString());
                assertEquals(found.size(), Set.copyOf(found).size(), "each once: " + query);
                List<Listed> inOrder = new ArrayList<>(found);
                inOrder.sort(Comparator.comparing(Listed::updatedAt).reversed());
                assertEquals(inOrder, found, "the latest first: " + query);
            }
        }

        private Set<Listed> expected(List<Listed> all, Query query) {
            Set<Listed> expected = new HashSet<>(all);
            query.user().ifPresent(user -> expected.removeIf(one -> !one.users().contains(user)));
            query.state()
                    .ifPresent(state -> expected.removeIf(one -> !one.state().equals(state)));
            query.asleep().ifPresent(asleep -> expected.removeIf(one -> one.asleep() != asleep));
            expected.removeIf(
                    one -> !one.labels().entrySet().containsAll(query.labels().entrySet()));
            expected.removeIf(one -> one.updatedAt() < query.from() || one.updatedAt() > query.until());
            return expected;
        }

        @Test
        void a_page_goes_on_where_the_one_before_ended_though_that_session_is_gone() {
            for (int i = 0; i < 6; i++) {
                listed(i, Set.of(), "idle", Map.of(), 50, true);
            }
            Page first = done(archive().find(probe.all("", 2)));
            done(archive().delete(first.sessions().get(1).key(), 1, 1));
            done(archive()
                    .index(new Listed(first.sessions().get(0).key(), Set.of(), "idle", Map.of(), 1, 99, 1, true)));
            List<SessionKey> seen =
                    new ArrayList<>(first.sessions().stream().map(Listed::key).toList());
            Page second = done(archive().find(probe.all(first.next(), 100)));
            second.sessions().forEach(one -> seen.add(one.key()));
            assertEquals("", second.next());
            assertEquals(6, seen.size());
            assertEquals(6, Set.copyOf(seen).size());
        }

        @Test
        void tenants_do_not_see_each_other() {
            listed(1, Set.of("ada"), "idle", Map.of(), 10, true);
            Query other = new Query(
                    probe.tenant + "x",
                    Optional.of("ada"),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty(),
                    0,
                    Long.MAX_VALUE,
                    "",
                    5);
            assertEquals(List.of(), find(other));
        }

        @Test
        void a_cursor_of_somebody_elses_is_refused() {
            for (Query wrong : List.of(probe.all("nonsense", 5), probe.all("", 0))) {
                CompletionException failure = assertThrows(
                        CompletionException.class,
                        () -> archive().find(wrong).toCompletableFuture().join());
                assertInstanceOf(IllegalArgumentException.class, failure.getCause());
            }
        }

        @Test
        void tenants_with_sessions_are_known_in_order() {
            List<String> names = List.of(probe.tenant + "a", probe.tenant + "b", probe.tenant + "c");
            for (String name : names) {
                SessionKey one = new SessionKey(name, "s");
                done(archive().index(new Listed(one, Set.of(), "idle", Map.of(), 1, 1, 1, true)));
            }
            assertEquals(names.subList(0, 2), done(archive().tenants(probe.tenant, 2)));
            assertEquals(names.get(2), done(archive().tenants(names.get(1), 1)).getFirst());
            done(archive().delete(new SessionKey(names.get(1), "s"), 1, 1));
            assertEquals(List.of(names.get(0), names.get(2)), done(archive().tenants(probe.tenant, 2)));
        }
    }

    @Test
    void it_says_what_it_is() {
        assertFalse(done(archive().health()).description().isEmpty());
    }
}
