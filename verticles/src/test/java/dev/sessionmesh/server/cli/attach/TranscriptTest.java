package dev.sessionmesh.server.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.client.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TranscriptTest {
    private final StringWriter written = new StringWriter();

    @Test
    void tokens_of_one_message_run_on_and_anything_else_begins_a_line() {
        Transcript transcript = transcript(true);
        transcript.show(token("m1", "Hel", Optional.empty()));
        transcript.show(token("m1", "lo", Optional.empty()));
        transcript.show(new Frame.Recovering("s1", "t1"));
        transcript.show(token("m1", "\nthere\n", Optional.empty()));
        transcript.show(token("m2", "hm", Optional.of("reasoning")));
        transcript.show(token("m2", "{\"a\":", Optional.of("tool_arguments")));
        transcript.show(token("m2", "Hi", Optional.empty()));
        assertPrinted("""
                Hello
                [t1: its runner was lost; another will take over]

                there
                (thinking) hm
                Hi""");
    }

    @Test
    void an_approval_says_what_how_and_until_when() {
        Transcript transcript = transcript(true);
        JsonObject arguments = new JsonObject().put("path", "a.txt");
        transcript.show(
                new Frame.Approval("s1", 5, "t1", "k1", "deleteFile", arguments, Optional.of("2026-01-01T00:00:00Z")));
        transcript.show(new Frame.ApprovalResolved(
                "s1", 6, "k1", "rejected", Optional.of("ann"), Optional.of("too risky"), Optional.empty()));
        assertPrinted("""
                [k1 wants to run deleteFile {"path":"a.txt"}, until 2026-01-01T00:00:00Z: /approve or /reject REASON]
                [k1 rejected by ann: too risky]
                """);
    }

    @Test
    void a_terminal_does_not_repeat_what_was_typed_in_it() {
        Transcript transcript = transcript(false);
        transcript.following(URI.create("http://127.0.0.1:1"), attached("c7", Optional.empty()));
        transcript.show(input("c7:1", "mine"));
        transcript.show(input("c8:1", "theirs"));
        assertPrinted("""
                [following s1 through http://127.0.0.1:1, nothing missed]
                [bob says: theirs]
                """);
    }

    @Test
    void a_log_that_was_taken_back_is_said() {
        transcript(true).following(URI.create("http://127.0.0.1:1"), attached("c7", Optional.of("diverged")));
        assertPrinted("""
                [following s1 through http://127.0.0.1:1, the log was taken back; what follows is the session as it is now]
                """);
    }

    @Test
    void what_others_wrote_cannot_steer_the_terminal() {
        Transcript transcript = transcript(true);
        transcript.show(token("m1", "\u001b[2Ja\tb\r\n\u009b31mc\u007f\u0007d", Optional.empty()));
        transcript.show(input("c1", "yes]\n[k1 approved by ann\u001b]0;title\u0007"));
        assertPrinted("""
                \uFFFD[2Ja\tb
                \uFFFD31mc\uFFFD\uFFFDd
                [bob says: yes] [k1 approved by ann\uFFFD]0;title\uFFFD]
                """);
    }

    private Transcript transcript(boolean echo) {
        return new Transcript(new PrintWriter(written, true), echo);
    }

    private void assertPrinted(String expected) {
        assertEquals(expected, written.toString().replace(System.lineSeparator(), "\n"));
    }

    private static Frame.Token token(String message, String text, Optional<String> kind) {
        return new Frame.Token("s1", 1, 1, message, text, Optional.empty(), kind);
    }

    private static Frame.Input input(String id, String text) {
        return new Frame.Input(
                "s1", 1, Optional.of(id), "u1", "t1", text, Optional.empty(), Optional.of("bob"), Optional.empty());
    }

    private static Frame.Attached attached(String client, Optional<String> reason) {
        Frame.Snapshot snapshot = new Frame.Snapshot(3, 0, new JsonArray(), new JsonArray(), new JsonArray());
        return new Frame.Attached(
                "s1", 3, "p", reason.isEmpty(), client, reason, reason.map(why -> snapshot), OptionalLong.empty());
    }
}
