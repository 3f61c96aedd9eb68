package dev.sessionmesh.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.PerSeq;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What {@link SessionStore} promises, as tests that every implementation runs. A subclass says only where its store is; the tests use
 * keys of their own, so one store may serve all of them.
 */
public abstract class SessionStoreContract {
    private StoreProbe probe;

    /** The store under test; may be the same one for every test. */
    protected abstract SessionStore store();

    /** Whether sessions stay in the memory, which is what is listed; only of interest to a store that they leave by themselves. */
    protected void stayAwake(boolean all) {}

    /** The name of the i-th subscribing node, for a store that knows its members. */
    protected String node(int i) {
        return "n" + i + "-a";
    }

    @BeforeEach
    void createSession() {
        probe = new StoreProbe(this::store);
        probe.createSession();
    }

    @Nested
    class Order {
        @Test
        void events_get_contiguous_seqs_from_one() {
            Appended first = probe.done(probe.input("c1", "hello"));
            Appended second = probe.done(probe.input("c2", "more"));
            assertEquals(List.of(1L, 2L, 3L, 4L), List.of(first.from(), first.to(), second.from(), second.to()));
            assertEquals(1, first.batch().from());
            assertEquals(3, second.batch().from());
        }

        @Test
        void commands_at_the_same_time_make_one_order() {
            List<Appended> answers = probe.atOnce(IntStream.range(0, 64)
                    .mapToObj(i -> probe.interrupting("c" + i, "text " + i))
                    .toList());
            List<Appended> inOrder = answers.stream()
                    .sorted((a, b) -> Long.compare(a.from(), b.from()))
                    .toList();
            long head = 0;
            for (Appended appended : inOrder) {
                assertEquals(head + 1, appended.from(), "no gap and no overlap");
                head = appended.to();
            }
            assertEquals(head, probe.view().head());
            assertEquals(PerSeq.of(inOrder.stream().map(Appended::batch).toList()), PerSeq.of(probe.readAll(1 << 20)));
        }
    }

    @Nested
    class Durability {
        @Test
        void what_was_answered_is_there_for_every_reader() {
            for (int i = 1; i <= 10; i++) {
                Appended appended = probe.done(probe.interrupting("c" + i, "text " + i));
                assertEquals(appended.to(), probe.view().head());
                Slice slice = probe.read(appended.from() - 1, 1 << 20);
                assertEquals(appended.to(), slice.head());
                assertEquals(PerSeq.of(appended.batch()), PerSeq.of(slice.batches()));
            }
        }

        @Test
        void the_state_follows_from_the_log() {
            probe.running();
            probe.done(probe.produce(1, "a", "b", "c"));
            State state = probe.view();
            assertEquals(6, state.head());
            assertEquals("m1", state.current().orElseThrow().openMessage());
            assertEquals(1, state.current().orElseThrow().batchNo());
            assertEquals(6, PerSeq.of(probe.readAll(1 << 20)).size());
        }

        @Test
        void a_refusal_leaves_no_trace() {
            probe.running();
            State before = probe.view();
            probe.refused(probe.cancel("c9", "t7"), ErrorCode.TURN_NOT_FOUND);
            assertEquals(before, probe.view());
            assertFalse(probe.done(probe.cancel("c9", "t1")).duplicate(), "the refused id is free for another body");
        }

        @Test
        void a_command_without_events_answers_without_events() {
            probe.running();
            Appended renewed = probe.done(probe.renew());
            assertEquals(0, renewed.from());
            assertEquals(List.of(), renewed.batch().events());
            assertEquals(3, probe.view().head());
        }
    }

    @Nested
    class Once {
        @Test
        void a_repeated_command_gets_the_first_answer() {
            for (String id : List.of("free-form", StoreProbe.CLIENT + ":1")) {
                Envelope command = probe.interrupting(id, "text of " + id);
                Appended first = probe.done(command);
                probe.done(probe.interrupting("between-" + id, "other"));
                Appended again = probe.done(command);
                assertFalse(first.duplicate());
                assertTrue(again.duplicate());
                assertEquals(List.of(first.from(), first.to()), List.of(again.from(), again.to()));
                if (!again.batch().events().isEmpty()) {
                    assertEquals(PerSeq.of(first.batch()), PerSeq.of(again.batch()));
                }
            }
        }

        @Test
        void a_command_sent_many_times_at_once_takes_effect_once() {
            List<Appended> answers = probe.atOnce(IntStream.range(0, 16)
                    .mapToObj(i -> probe.input("c1", "hello"))
                    .toList());
            assertEquals(15, answers.stream().filter(Appended::duplicate).count());
            answers.forEach(answer -> assertEquals(List.of(1L, 2L), List.of(answer.from(), answer.to())));
            assertEquals(2, probe.view().head());
        }

        @Test
        void a_reused_id_with_another_body_is_a_conflict() {
            probe.done(probe.input("c1", "hello"));
            probe.refused(probe.input("c1", "something else"), ErrorCode.ID_CONFLICT);
            assertEquals(2, probe.view().head());
        }

        @Test
        void a_number_below_the_window_is_refused() {
            probe.done(probe.interrupting(StoreProbe.CLIENT + ":100", "late"));
            probe.refused(probe.interrupting(StoreProbe.CLIENT + ":36", "early"), ErrorCode.ID_EXPIRED);
            probe.done(probe.interrupting(StoreProbe.CLIENT + ":37", "in the window"));
        }

        @Test
        void a_repeated_batch_gets_the_first_answer() {
            probe.running();
            Appended first = probe.done(probe.produce(1, "a", "b"));
            Appended again = probe.done(probe.produce(1, "a", "b"));
            assertEquals(List.of(4L, 5L), List.of(first.from(), first.to()));
            assertTrue(again.duplicate());
            assertEquals(List.of(4L, 5L), List.of(again.from(), again.to()));
            assertEquals(5, probe.view().head());
        }

        @Test
        void a_batch_of_an_older_epoch_is_fenced() {
            probe.running();
            probe.done(probe.claim(1, 1, 2));
            probe.refused(probe.produce(1, "zombie"), ErrorCode.FENCED);
        }
    }

    @Nested
    class Existence {
        @Test
        void creating_again_with_the_same_profile_finds_the_session() {
            probe.done(probe.input("c1", "hello"));
            SessionStore.Created again = probe.done(store().create(probe.key(), StoreProbe.PROFILE, 5));
            assertFalse(again.fresh());
            assertEquals(probe.view(), again.state());
            assertEquals(2, again.state().head());
        }

        @Test
        void creating_anew_starts_at_zero() {
            SessionStore.Created fresh = probe.done(store().create(probe.other("x"), StoreProbe.PROFILE, 5));
            assertTrue(fresh.fresh());
            assertEquals(0, fresh.state().head());
            assertEquals(5, fresh.state().createdAt());
            assertEquals(probe.other("x"), fresh.state().key());
            assertEquals(new Slice(List.of(), 0), probe.done(store().read(probe.other("x"), 0, 1_000)));
        }

        @Test
        void creating_at_the_same_time_makes_one_session() {
            List<SessionStore.Created> answers = probe.allDone(IntStream.range(0, 16)
                    .mapToObj(i -> store().create(probe.other("y"), StoreProbe.PROFILE, i))
                    .toList());
            assertEquals(1, answers.stream().filter(SessionStore.Created::fresh).count());
            assertEquals(
                    1,
                    answers.stream().map(SessionStore.Created::state).distinct().count());
        }

        @Test
        void creating_with_another_profile_is_a_conflict() {
            probe.refused(
                    store().create(probe.key(), Profile.ofModel("scripted:other"), 5), ErrorCode.SESSION_CONFLICT);
            assertEquals(StoreProbe.PROFILE, probe.view().profile());
        }

        @Test
        void a_session_that_never_was_is_not_found_and_not_made() {
            SessionKey key = probe.other("nowhere");
            probe.everyUse(key, ErrorCode.SESSION_NOT_FOUND);
            probe.refused(store().delete(key), ErrorCode.SESSION_NOT_FOUND);
            assertFalse(probe.ids().contains(key.id()));
        }

        @Test
        void a_deleted_session_is_deleted_for_ever() {
            Envelope early = probe.input("c1", "hello");
            probe.done(early);
            assertTrue(probe.done(store().delete(probe.key())));
            for (int round = 0; round < 2; round++) {
                probe.everyUse(probe.key(), ErrorCode.SESSION_DELETED);
                probe.refused(store().submit(early), ErrorCode.SESSION_DELETED);
                probe.refused(store().delete(probe.key()), ErrorCode.SESSION_DELETED);
                probe.refused(store().create(probe.key(), StoreProbe.PROFILE, 5), ErrorCode.SESSION_DELETED);
                assertFalse(probe.ids().contains(probe.key().id()));
            }
        }

        @Test
        void commands_that_race_with_a_deletion_never_recreate_the_session() {
            probe.raceWithDeletion();
            probe.everyUse(probe.key(), ErrorCode.SESSION_DELETED);
        }
    }

    @Nested
    class Reading {
        @Test
        void pages_cover_the_log_without_gap_or_repetition() {
            probe.longLog(100);
            List<Object> whole = PerSeq.of(probe.readAll(1 << 24));
            assertEquals(probe.view().head(), whole.size());
            for (int maxBytes : new int[] {1, 700, 5_000, 100_000}) {
                assertEquals(whole, PerSeq.of(probe.readAll(maxBytes)), "pages of " + maxBytes);
            }
        }

        @Test
        void a_page_is_bounded() {
            probe.longLog(100);
            Slice page = probe.read(0, 4_096);
            assertTrue(probe.textOf(page) <= 4_096 + 32_768, "a page of " + probe.textOf(page) + " characters");
            assertTrue(page.batches().getLast().to() < page.head());
        }

        @Test
        void a_read_begins_inside_a_token_run() {
            probe.running();
            probe.done(probe.produce(1, "zero ", "one ", "two ", "three "));
            List<Object> whole = PerSeq.of(probe.readAll(1 << 20));
            for (long after = 0; after < 7; after++) {
                List<EventBatch> rest = probe.read(after, 1 << 20).batches();
                assertEquals(after + 1, rest.getFirst().from());
                assertEquals(whole.subList((int) after, 7), PerSeq.of(rest), "after " + after);
            }
        }

        @Test
        void a_read_at_the_head_is_empty() {
            probe.done(probe.input("c1", "hello"));
            assertEquals(new Slice(List.of(), 2), probe.read(2, 1_000));
        }

        @Test
        void a_read_beyond_the_head_is_empty_and_tells_the_head() {
            probe.done(probe.input("c1", "hello"));
            assertEquals(new Slice(List.of(), 2), probe.read(9, 1_000));
        }
    }

    @Nested
    class LongOnes {
        private static final int INLINE = Limits.DEFAULT.inlineBytes();
        private static final int MOST = Limits.DEFAULT.blobBytes();

        private static Payload said(Appended appended) {
            return appended.batch().events().stream()
                    .filter(Event.InputAccepted.class::isInstance)
                    .map(Event.InputAccepted.class::cast)
                    .findFirst()
                    .orElseThrow()
                    .text();
        }

        @Test
        void a_payload_that_is_too_long_for_the_log_lies_apart_and_is_referred_to() {
            String text = "long text, with \u00fc and \ud83d\ude80 ".repeat(2_000);
            Appended appended = probe.done(probe.input("c1", text));
            Payload.Blob reference = assertInstanceOf(Payload.Blob.class, said(appended));
            assertEquals(Payload.Blob.of(text.getBytes(StandardCharsets.UTF_8)), reference);
            assertEquals(text, probe.text(reference));
            assertEquals(PerSeq.of(appended.batch()), PerSeq.of(probe.readAll(1 << 20)));
        }

        @Test
        void length_is_counted_in_utf8() {
            assertInstanceOf(
                    Payload.Inline.class, said(probe.done(probe.interrupting("c1", "\u00fc".repeat(INLINE / 2)))));
            assertInstanceOf(
                    Payload.Blob.class, said(probe.done(probe.interrupting("c2", "\u00fc".repeat(INLINE / 2) + "x"))));
            assertInstanceOf(Payload.Blob.class, said(probe.done(probe.interrupting("c3", "x".repeat(MOST)))));
        }

        @Test
        void a_runners_long_payloads_lie_apart_too() {
            probe.running();
            String arguments = "{\"text\":\"" + "a".repeat(INLINE) + "\"}";
            String result = "r".repeat(MOST);
            Output call = Words.call("write", Payload.of(arguments), ToolSpec.Executor.SERVER, true);
            List<Event> asked = probe.done(probe.produce(1, call)).batch().events();
            assertEquals(arguments, probe.text(((Event.ToolCalled) asked.get(0)).arguments()));
            assertEquals(arguments, probe.text(((Event.ApprovalRequested) asked.get(1)).arguments()));
            probe.done(probe.decide("c1", "k1"));
            probe.done(probe.produce(2, new Output.CallStarted("k1")));
            Output done = new Output.CallFinished("k1", ToolCall.Outcome.OK, Payload.of(result));
            Event.ToolResulted resulted = (Event.ToolResulted)
                    probe.done(probe.produce(3, done)).batch().events().getFirst();
            assertEquals(result, probe.text(resulted.result()));
        }

        @Test
        void a_repeated_command_refers_to_the_same_blob() {
            Envelope command = probe.input("c1", "x".repeat(INLINE + 1));
            Appended first = probe.done(command);
            Appended again = probe.done(command);
            assertTrue(again.duplicate());
            assertEquals(List.of(first.from(), first.to()), List.of(again.from(), again.to()));
            assertEquals("x".repeat(INLINE + 1), probe.text(said(first)));
        }

        @Test
        void a_command_sent_many_times_at_once_takes_effect_once() {
            String text = "x".repeat(INLINE + 1);
            List<Appended> answers = probe.atOnce(
                    IntStream.range(0, 8).mapToObj(i -> probe.input("c1", text)).toList());
            assertEquals(7, answers.stream().filter(Appended::duplicate).count());
            assertEquals(2, probe.view().head());
        }

        @Test
        void a_refused_command_leaves_no_blob() {
            String text = "y".repeat(INLINE + 1);
            probe.refused(probe.toolResult("c1", "k7", text), ErrorCode.CALL_NOT_FOUND);
            probe.noBlob(text);
        }

        @Test
        void what_is_longer_than_a_blob_may_be_is_too_large() {
            probe.refused(probe.input("c1", "x".repeat(MOST + 1)), ErrorCode.TOO_LARGE);
            assertEquals(0, probe.view().head());
        }

        @Test
        void a_blob_belongs_to_its_session() {
            Appended appended = probe.done(probe.input("c1", "x".repeat(INLINE + 1)));
            String hash = ((Payload.Blob) said(appended)).hash();
            probe.done(store().create(probe.other("s2"), StoreProbe.PROFILE, 1));
            probe.refused(store().blob(probe.other("s2"), hash), ErrorCode.BLOB_NOT_FOUND);
            probe.refused(store().blob(probe.other("s3"), hash), ErrorCode.SESSION_NOT_FOUND);
            probe.done(store().delete(probe.key()));
            probe.refused(store().blob(probe.key(), hash), ErrorCode.SESSION_DELETED);
        }
    }

    @Nested
    class Interest {
        @Test
        void an_answer_names_those_that_had_attached() {
            assertEquals(List.of(), probe.done(probe.input("c1", "hello")).subscribers());
            assertEquals(2, probe.attach(node(1), 1).head());
            assertEquals(List.of(probe.subscriber(node(1), 1)), probe.subscribersOf("c2"));
            assertEquals(5, probe.attach(node(2), 1).head());
            assertEquals(2, probe.subscribersOf("c3").size());
        }

        @Test
        void a_detached_node_is_named_no_more() {
            probe.attach(node(1), 1);
            probe.detach(node(1), 1);
            assertEquals(List.of(), probe.subscribersOf("c1"));
            probe.detach(node(1), 1);
            assertEquals(List.of(), probe.subscribersOf("c2"), "withdrawing it again is harmless");
        }

        @Test
        void a_late_detach_never_removes_a_newer_attach() {
            probe.attach(node(1), 1);
            probe.attach(node(1), 2);
            probe.detach(node(1), 1);
            assertEquals(List.of(probe.subscriber(node(1), 2)), probe.subscribersOf("c1"));
        }

        @Test
        void a_late_attach_never_replaces_a_newer_one() {
            probe.attach(node(1), 2);
            probe.attach(node(1), 1);
            assertEquals(List.of(probe.subscriber(node(1), 2)), probe.subscribersOf("c1"));
            probe.detach(node(1), 2);
            assertEquals(List.of(), probe.subscribersOf("c2"));
        }

        @Test
        void a_repetition_names_those_who_need_it_now() {
            probe.done(probe.input("c1", "hello"));
            probe.attach(node(1), 1);
            Appended again = probe.done(probe.input("c1", "hello"));
            assertTrue(again.duplicate());
            assertEquals(List.of(probe.subscriber(node(1), 1)), again.subscribers());
        }

        @Test
        void routing_and_order_do_not_race() {
            for (int round = 1; round <= 20; round++) {
                probe.attachAmidAppends(node(1), round);
                probe.detach(node(1), round);
            }
        }
    }

    @Nested
    class Listing {
        @BeforeEach
        void stayAwake() {
            SessionStoreContract.this.stayAwake(true);
            probe.done(store().view(probe.key()));
        }

        @AfterEach
        void goOn() {
            SessionStoreContract.this.stayAwake(false);
        }

        @Test
        void ids_come_in_order_and_in_pages() {
            List<String> ids = IntStream.range(0, 7).mapToObj(i -> "page" + i).toList();
            ids.forEach(id -> probe.done(store().create(probe.other(id), StoreProbe.PROFILE, 1)));
            List<String> seen = new ArrayList<>();
            String after = "page";
            for (List<String> page = probe.ids(after, 3); !page.isEmpty(); page = probe.ids(after, 3)) {
                assertTrue(page.size() <= 3);
                seen.addAll(page);
                after = page.getLast();
            }
            assertEquals(ids, seen.stream().filter(id -> id.startsWith("page")).toList());
        }

        @Test
        void tenants_do_not_see_each_other() {
            SessionKey other = new SessionKey(probe.key().tenant() + "-b", "theirs");
            probe.done(store().create(other, StoreProbe.PROFILE, 1));
            assertEquals(List.of(probe.key().id()), probe.ids());
            assertEquals(List.of("theirs"), probe.done(store().list(other.tenant(), "", 10, id -> true)));
        }
    }
}
