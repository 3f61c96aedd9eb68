package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.client.Ack;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Frame;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One session under load: its first tab asks, waits for the turn to end, asks again. Every so many questions need an approval,
 * which the second tab gives and the last one refuses at the same moment; others call a front-end tool, and every tab answers.
 *
 * <p>Events and answers come on one Vert.x context, the questions of the drill from another thread: hence synchronized.
 */
final class SessionLoad {

    private static final int APPROVAL_EVERY = 5;
    private static final int TOOL_EVERY = 7;
    private static final Duration AFTER_A_REFUSAL = Duration.ofMillis(200);

    private final String session;
    private final Vertx vertx;
    private final int tokens;
    private final long pauseMs;
    private final List<RecordedTab> tabs;

    private final Map<String, String> turnsByInput = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private String awaitedInput = "";
    private String runner = "";
    private int asked;
    private boolean stopping;
    private boolean retired;
    private boolean idle = true;
    private Optional<RecordedTab> visitor = Optional.empty();

    SessionLoad(
            String session,
            Vertx vertx,
            int tokens,
            Duration pause,
            Function<SessionLoad, List<RecordedTab>> openTabs) {
        this.session = session;
        this.vertx = vertx;
        this.tokens = tokens;
        this.pauseMs = Math.max(1, pause.toMillis());
        this.tabs = openTabs.apply(this);
    }

    String session() {
        return session;
    }

    synchronized List<RecordedTab> tabs() {
        return Stream.concat(tabs.stream(), visitor.stream()).toList();
    }

    boolean sawAll(long head) {
        return tabs().stream().allMatch(tab -> tab.lastSeq() >= head);
    }

    /** Asks from now on; again after a stop, but not after the end. */
    synchronized void start() {
        if (retired) {
            return;
        }
        stopping = false;
        if (idle) {
            idle = false;
            vertx.runOnContext(ignored -> ask());
        }
    }

    synchronized void stop() {
        stopping = true;
    }

    /** Stops for good. */
    synchronized void retire() {
        stopping = true;
        retired = true;
    }

    /** The node through which it asks. */
    String asksAt() {
        return tabs.getFirst().node();
    }

    synchronized boolean asking() {
        return !stopping && !idle;
    }

    /** Puts another tab beside those that ask, and returns the one that was there before. */
    synchronized Optional<RecordedTab> visit(RecordedTab tab) {
        Optional<RecordedTab> before = visitor;
        visitor = Optional.of(tab);
        return before;
    }

    synchronized boolean atRest() {
        return idle && open.isEmpty();
    }

    synchronized int completed() {
        return ended.size();
    }

    /** The node that runs the turn in progress. */
    synchronized Optional<String> runner() {
        return runner.isEmpty() ? Optional.empty() : Optional.of(runner);
    }

    synchronized String describe() {
        return session + ": asked " + asked + ", open turns " + open + (idle ? "" : ", waits for " + awaitedInput);
    }

    private void ask() {
        String text;
        synchronized (this) {
            if (stopping) {
                idle = true;
                return;
            }
            text = question(++asked);
        }
        tabs.getFirst().send(new Command.Input(text, Optional.empty())).onComplete(answer -> {
            if (answer.succeeded()) {
                asked(answer.result());
            } else {
                vertx.setTimer(AFTER_A_REFUSAL.toMillis(), ignored -> ask());
            }
        });
    }

    private String question(int number) {
        if (tabs.size() > 1 && number % APPROVAL_EVERY == 0) {
            return "approve";
        }
        return number % TOOL_EVERY == 0 ? "tool pick {\"of\":" + number + "}" : "slow " + tokens;
    }

    private synchronized void asked(Ack ack) {
        awaitedInput = ack.id();
        askAgainIfAnswered();
    }

    private void askAgainIfAnswered() {
        if (!awaitedInput.isEmpty() && ended.contains(turnsByInput.getOrDefault(awaitedInput, ""))) {
            awaitedInput = "";
            vertx.setTimer(pauseMs, ignored -> ask());
        }
    }

    /** What the first tab sees. */
    void saw(Frame.Logged frame) {
        switch (frame) {
            case Frame.Input input -> sawInput(input);
            case Frame.AgentStatus status -> sawStatus(status);
            case Frame.Approval approval -> {
                insist(tabs.get(1), new Command.Approve(approval.callId()));
                insist(tabs.getLast(), new Command.Reject(approval.callId(), "the other way"));
            }
            case Frame.ToolCall call -> {
                if (call.executor().equals("client")) {
                    for (int i = 0; i < tabs.size(); i++) {
                        insist(tabs.get(i), new Command.ToolResult(call.callId(), "tab " + i));
                    }
                }
            }
            default -> {}
        }
    }

    /** Sends it again as long as nobody says what became of it: whoever decides does not walk away from a button that hangs. */
    private void insist(RecordedTab tab, Command command) {
        tab.send(command).onFailure(why -> {
            if (RecordedTab.isUnknown(why) && !isRetired()) {
                vertx.setTimer(AFTER_A_REFUSAL.toMillis(), ignored -> insist(tab, command));
            }
        });
    }

    private synchronized boolean isRetired() {
        return retired;
    }

    private synchronized void sawInput(Frame.Input input) {
        input.id().ifPresent(id -> turnsByInput.put(id, input.turn()));
        open.add(input.turn());
        askAgainIfAnswered();
    }

    private synchronized void sawStatus(Frame.AgentStatus status) {
        if (Timings.ENDS.contains(status.status())) {
            runner = "";
            open.remove(status.turn());
            ended.add(status.turn());
            askAgainIfAnswered();
        } else {
            runner = status.runner().orElse(runner);
        }
    }
}
