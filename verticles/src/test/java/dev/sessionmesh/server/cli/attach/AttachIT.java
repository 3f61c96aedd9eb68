package dev.sessionmesh.server.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.server.cli.demo.LocalNodes;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class AttachIT {
    private static LocalNodes nodes;

    @BeforeAll
    @Timeout(240)
    static void start(@TempDir Path dir) throws Exception {
        nodes = LocalNodes.start(dir, 3);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private record Said(int exit, String out, String err) {}

    @Test
    void a_piped_question_is_answered_and_the_tab_leaves() {
        Said said = attach("slow 5\n", "s1", "--create", "--model=scripted:test");
        assertEquals(0, said.exit(), said.err());
        assertTrue(said.out().contains("\n0 1 2 3 4 \n[t1 completed]"), said.out());
        Said later = attach("", "s1");
        assertEquals(0, later.exit(), later.err());
        assertTrue(later.out().contains("> slow 5\n0 1 2 3 4"), later.out());
    }

    @Test
    void a_tool_call_is_approved_by_its_being_the_one_that_waits() throws Exception {
        try (PipedOutputStream keyboard = new PipedOutputStream();
                InputStream in = new PipedInputStream(keyboard)) {
            Output out = new Output();
            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                    () -> run(in, out, new StringWriter(), "s2", "--create", "--model=scripted:test"));
            type(keyboard, "approve\n");
            out.awaitText("k1 wants to run");
            type(keyboard, "/approve\n");
            out.awaitText("completed]");
            type(keyboard, "/quit\n");
            assertEquals(0, exit.get());
            assertTrue(out.toString().contains("[k1 approved by"), out.toString());
        }
    }

    @Test
    void a_tool_is_approved_for_the_session_with_other_arguments_and_a_turn_done_again() throws Exception {
        try (PipedOutputStream keyboard = new PipedOutputStream();
                InputStream in = new PipedInputStream(keyboard)) {
            Output out = new Output();
            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                    () -> run(in, out, new StringWriter(), "s5", "--create", "--model=scripted:test"));
            type(keyboard, "approve\n");
            out.awaitText("k1 wants to run");
            type(keyboard, "/approvals\n/approve k1 --with {\"path\":\"other.txt\"} --remember\n");
            out.awaitText("t1 completed]");
            type(keyboard, "/grants\n/again t1\n");
            out.awaitText("t2 completed]");
            type(keyboard, "/branch t1\n");
            out.awaitText("went over to the branch of t1");
            type(keyboard, "/revoke g1\n");
            out.awaitText("grant g1 was taken back");
            type(keyboard, "/quit\n");
            assertEquals(0, exit.get(), out.toString());
            String text = out.toString();
            assertTrue(text.contains("[k1 deleteFile {\"path\":\"draft.txt\"}"), text);
            assertTrue(text.contains("[k1 is to run with {\"path\":\"other.txt\"}"), text);
            assertTrue(text.contains("[deleteFile needs no approval from now on"), text);
            assertTrue(text.contains("[g1 deleteFile by"), text);
            assertTrue(text.contains("[t2 takes the place of t1; /branch t1 goes back]"), text);
            assertTrue(text.contains("[k2 approved by grant g1]"), text);
        }
    }

    @Test
    void a_front_end_call_is_executed_by_hand_and_the_inbox_reaches_into_other_sessions() throws Exception {
        try (PipedOutputStream elsewhere = new PipedOutputStream();
                InputStream there = new PipedInputStream(elsewhere);
                PipedOutputStream keyboard = new PipedOutputStream();
                InputStream in = new PipedInputStream(keyboard)) {
            Output other = new Output();
            CompletableFuture<Integer> otherExit = CompletableFuture.supplyAsync(
                    () -> run(there, other, new StringWriter(), "s6", "--create", "--model=scripted:test"));
            type(elsewhere, "approve\n");
            other.awaitText("k1 wants to run");
            Output out = new Output();
            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                    () -> run(in, out, new StringWriter(), "s7", "--create", "--model=scripted:test"));
            type(keyboard, "tool locate {\"precise\":true}\n");
            out.awaitText("/claim k1 executes it here");
            type(keyboard, "/inbox\n/status at the desk\n/claim k1\n");
            out.awaitText("k1 is executed by a tab of");
            out.awaitText("s6: k1 deleteFile");
            type(keyboard, "/release k1\n");
            out.awaitText("k1 is offered again, its tab gave it back");
            type(keyboard, "/claim k1\n/result k1 ok {\"place\":\"the hut\"}\n");
            out.awaitText("k1 ok: {\"place\":\"the hut\"}");
            out.awaitText("t1 completed]");
            type(keyboard, "/who\n");
            out.awaitText("says: at the desk");
            type(keyboard, "/quit\n");
            assertEquals(0, exit.get(), out.toString());
            type(elsewhere, "/reject not now\n/quit\n");
            assertEquals(0, otherExit.get(), other.toString());
        }
    }

    @Test
    void what_is_not_claimed_here_cannot_be_released_here() {
        Said said = attach("/release k1\n", "s8", "--create");
        assertEquals(1, said.exit());
        assertTrue(said.out().contains("[k1 is not claimed here]"), said.out());
    }

    @Test
    void a_refused_line_makes_the_exit_status_one() {
        Said said = attach("/approve k99\n", "s3", "--create");
        assertEquals(1, said.exit());
        assertTrue(said.out().contains("[refused: call_not_found"), said.out());
    }

    @Test
    void the_sentence_is_finished_when_the_node_of_the_tab_dies_in_the_middle() throws Exception {
        Output out = new Output();
        InputStream in = new ByteArrayInputStream("slow 100\n".getBytes(StandardCharsets.UTF_8));
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                () -> run(in, out, new StringWriter(), "s4", "--create", "--model=scripted:test"));
        out.awaitText(" 10 ");
        nodes.kill(0);
        assertEquals(0, exit.get());
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            expected.append(i).append(' ');
        }
        String text = out.toString().replaceAll("\\R?\\[[^\\]]*\\]\\R", "");
        assertEquals(expected.toString(), text.replaceAll("\\R", ""), out.toString());
    }

    private static Said attach(String typed, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = run(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), out, err, arguments);
        return new Said(exit, out.toString().replace(System.lineSeparator(), "\n"), err.toString());
    }

    private static int run(InputStream in, StringWriter out, StringWriter err, String... arguments) {
        List<String> line = new ArrayList<>(List.of(nodes.urls()));
        line.addAll(List.of(arguments));
        return new CommandLine(new AttachCommand(Map.of(), in))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.toArray(String[]::new));
    }

    private static void type(PipedOutputStream keyboard, String line) throws Exception {
        keyboard.write(line.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    /** What was printed, for a test that waits for a piece of it. */
    private static final class Output extends StringWriter {
        private final Object change = new Object();

        @Override
        public void write(String text, int from, int length) {
            synchronized (change) {
                super.write(text, from, length);
                change.notifyAll();
            }
        }

        void awaitText(String text) throws InterruptedException {
            synchronized (change) {
                while (!toString().contains(text)) {
                    change.wait();
                }
            }
        }
    }
}
