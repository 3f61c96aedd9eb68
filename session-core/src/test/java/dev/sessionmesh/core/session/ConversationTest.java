package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final Primary primary = new Primary(Limits.DEFAULT);

    @Test
    void a_waiting_input_stands_behind_the_answer_to_the_one_before() {
        all(input("c1", "first?"), claim("t1", 0, 0, N1), produce("t1", 1, 1, text("one ")));
        all(input("c2", "second?"), produce("t1", 1, 2, text("answer"), completed()));
        all(claim("t2", 0, 0, N1), produce("t2", 1, 1, text("two")));
        List<Conversation.Said> messages = folded().messages();
        assertEquals(
                List.of("first?", "one answer", "second?", "two"),
                messages.stream().map(Conversation.Said::text).toList());
        assertTrue(messages.get(1).complete());
        assertFalse(messages.get(3).complete());
        assertEquals(primary.state().head(), folded().seq());
    }

    @Test
    void kinds_and_parts_are_kept_apart() {
        Output thought = new Output.Text(DeltaKind.REASONING, 0, TokenRun.of(List.of("hm", "m")));
        all(input("c1", "?"), claim("t1", 0, 0, N1), produce("t1", 1, 1, thought, text("so", "!")));
        Conversation.Said answer = folded().messages().getLast();
        assertEquals("so!", answer.text());
        assertEquals(
                List.of("hmm", "so!"),
                answer.parts().stream().map(Conversation.Part::text).toList());
        assertEquals(
                List.of(2, 2),
                answer.parts().stream().map(Conversation.Part::pieces).toList());
    }

    @Test
    void calls_show_how_far_they_got() {
        all(input("c1", "?"), claim("t1", 0, 0, N1), produce("t1", 1, 1, text("a"), clientCallToApprove("pay")));
        assertEquals(Optional.empty(), call().outcome());
        assertEquals(ToolCall.Decision.NONE, call().decision());
        all(approve("c2", "k1"));
        assertEquals(ToolCall.Decision.APPROVED, call().decision());
        all(result("c3", "k1", "[1]"), produce("t1", 1, 2, text("b")));
        assertEquals(Optional.of(ToolCall.Outcome.OK), call().outcome());
        assertEquals(Payload.of("[1]"), call().result());
        List<Conversation.Item> items = folded().items("t1");
        assertEquals(4, items.size(), "question, text, call, text");
        assertEquals(call(), items.get(2));
    }

    @Test
    void a_takeover_goes_on_in_the_same_message() {
        all(input("c1", "?"), claim("t1", 0, 0, N1), produce("t1", 1, 1, text("half ")));
        all(claim("t1", 1, 2, N2), produce("t1", 2, 1, text("whole"), completed()));
        assertEquals("half whole", folded().messages().getLast().text());
        assertEquals(2, folded().messages().size());
    }

    @Test
    void folding_from_anywhere_inside_a_run_gives_the_same_text() {
        all(input("c1", "?"), claim("t1", 0, 0, N1), produce("t1", 1, 1, text("a", "b", "c", "d")));
        for (long cut = 0; cut <= primary.state().head(); cut++) {
            Conversation folded = new Conversation();
            for (EventBatch batch : primary.log()) {
                long at = cut;
                if (batch.from() <= at && at < batch.to()) {
                    folded.apply(batch.until(at));
                    folded.apply(batch.after(at));
                } else {
                    folded.apply(batch);
                }
            }
            assertEquals("abcd", folded.messages().getLast().text(), "cut at " + cut);
            assertEquals(4, folded.messages().getLast().parts().getFirst().pieces());
        }
    }

    private void all(Act... acts) {
        for (Act act : acts) {
            assertTrue(primary.submit(act) instanceof Decision.Accepted, act::toString);
        }
    }

    private Conversation.Called call() {
        return folded().call("k1").orElseThrow();
    }

    private Conversation folded() {
        Conversation conversation = new Conversation();
        primary.log().forEach(conversation::apply);
        return conversation;
    }
}
