package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The scripted model answers {@code slow N} with "0 1 ... N-1 ": a completed turn holds exactly that, once, whoever ran it. Tokens
 * belong to the turn that is in progress; a session runs one at a time.
 */
final class WholeAnswers implements Checker {

    private static final Pattern SLOW = Pattern.compile("slow (\\d+)");

    @Override
    public String promise() {
        return "every sentence finishes, once, in order";
    }

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        evidence.logs().forEach((session, log) -> check(session, log, problems));
        return problems;
    }

    /** The text that {@code slow N} must have streamed. */
    static String counted(int n) {
        return IntStream.range(0, n).mapToObj(i -> i + " ").collect(Collectors.joining());
    }

    private static void check(String session, List<Seen> log, List<String> problems) {
        Map<String, String> asked = new HashMap<>();
        Map<String, StringBuilder> said = new HashMap<>();
        String running = "";
        for (Seen event : log) {
            String turn = event.field("turn");
            switch (event.type()) {
                case "input" -> asked.put(turn, event.field("text"));
                case "token" -> {
                    if (running.isEmpty()) {
                        problems.add(session + ": tokens at seq " + event.seq() + " while no turn runs");
                    } else {
                        said.computeIfAbsent(running, t -> new StringBuilder()).append(event.text());
                    }
                }
                case "agent_status" -> {
                    String status = event.field("status");
                    if (status.equals("in_progress")) {
                        running = turn;
                    } else if (TurnsEnd.TERMINAL.contains(status) && turn.equals(running)) {
                        running = "";
                        String text =
                                said.getOrDefault(turn, new StringBuilder()).toString();
                        compare(session + " " + turn, asked.getOrDefault(turn, ""), status, text, problems);
                    }
                }
                default -> {}
            }
        }
    }

    private static void compare(String turn, String asked, String status, String text, List<String> problems) {
        Matcher slow = SLOW.matcher(asked);
        if (!slow.matches()) {
            return;
        }
        String whole = counted(Integer.parseInt(slow.group(1)));
        boolean kept = status.equals("completed") ? text.equals(whole) : whole.startsWith(text);
        if (!kept) {
            problems.add(turn + " was asked '" + asked + "', is " + status + " and said '" + text + "'");
        }
    }
}
