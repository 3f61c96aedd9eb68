package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.store.hazelcast.CopyView;
import dev.sessionmesh.store.hazelcast.Slot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the whole run promised, compared with the logs that it left. */
final class FinalCheck {
    private static final int PAGE = 4_096;
    private final World world;
    private final Referee referee;

    FinalCheck(World world) {
        this.world = world;
        this.referee = world.referee;
    }

    void run() {
        for (SessionKey key : world.sessions) {
            if (referee.isDeleted(key)) {
                staysDeleted(key);
                continue;
            }
            List<EventBatch> log = new ArrayList<>();
            if (!read(key, log)) {
                referee.broken("the log of " + key.id() + " can't be read at the end");
                return;
            }
            contiguous(key, log);
            acknowledgedStays(key, log);
            runners(key, log);
            commands(key, log);
            answers(key, log);
            decisions(key, log);
            world.tabsOf(key).forEach(tab -> frames(tab, log));
            referee.countAll("events", log.isEmpty() ? 0 : log.getLast().to());
            referee.countAll(
                    "sealed chunks", world.ownersCopy(key).map(CopyView::chunks).orElse(0));
        }
        for (SimNode node : world.cluster.nodes()) {
            if (node.lostAndFound.events() > 0) {
                referee.countAll("events put aside", node.lostAndFound.events());
            }
        }
        world.tools.runs().forEach((call, runs) -> {
            if (runs > 1) {
                referee.broken("the tool of call " + call + " ran " + runs + " times");
            }
        });
    }

    private boolean read(SessionKey key, List<EventBatch> log) {
        boolean[] whole = new boolean[1];
        SimNode node = world.cluster.nodes().getFirst();
        world.timeline.in(0, node.machine, () -> page(node, key, log, whole));
        long end = world.timeline.now() + 5 * Timeline.SECOND;
        while (!whole[0] && world.timeline.now() < end) {
            world.timeline.runUntil(world.timeline.now() + 10 * Timeline.MILLI);
        }
        return whole[0];
    }

    private void page(SimNode node, SessionKey key, List<EventBatch> log, boolean[] whole) {
        long after = log.isEmpty() ? 0 : log.getLast().to();
        var unused = node.store.read(key, after, PAGE).whenComplete((outcome, failure) -> {
            if (failure == null && outcome instanceof Outcome.Done<SessionStore.Slice>(SessionStore.Slice slice)) {
                log.addAll(slice.batches());
                whole[0] =
                        slice.batches().isEmpty() || slice.batches().getLast().to() >= slice.head();
            } else {
                world.trace.say(node.machine, () -> "can't read " + key + ": " + outcome + ", " + failure);
            }
            if (!whole[0]) {
                world.timeline.in(Timeline.MILLI, node.machine, () -> page(node, key, log, whole));
            }
        });
    }

    private void staysDeleted(SessionKey key) {
        int partition = Grid.partition(key.toString());
        for (Member member : world.grid.agreed().replicas().get(partition)) {
            @Nullable Slot slot = member.copy(partition).sessions.get(key.toString());
            if (!(slot instanceof Slot.Deleted)) {
                referee.broken(key.id() + " was deleted, and lives on " + member);
            }
        }
    }

    private void contiguous(SessionKey key, List<EventBatch> log) {
        long head = 0;
        for (EventBatch batch : log) {
            if (batch.from() != head + 1) {
                referee.broken("the log of " + key.id() + " goes from " + head + " to " + batch.from());
            }
            head = batch.to();
        }
    }

    private void acknowledgedStays(SessionKey key, List<EventBatch> log) {
        Expected expected = new Expected(key, log);
        for (Referee.Acknowledged told : referee.acknowledged) {
            if (!told.key().equals(key)) {
                continue;
            }
            long seq = told.batch().from();
            for (Event event : told.batch().events()) {
                long last = seq + event.span() - 1;
                byte[] frame = EventJson.frame(key, seq, told.batch().at(), event);
                if (!Arrays.equals(frame, expected.frame(seq, last))) {
                    referee.broken(told.by() + " was told that " + key.id() + " " + seq + "-" + last + " is durable: "
                            + text(frame) + ", and the log has " + text(expected.frame(seq, last)));
                }
                seq = last + 1;
            }
        }
    }

    /** Epochs count up, and what a runner was told is accepted lies within its own. */
    private void runners(SessionKey key, List<EventBatch> log) {
        record Claim(long seq, int epoch, String incarnation) {}
        Map<String, List<Claim>> claims = new HashMap<>();
        for (EventBatch batch : log) {
            long seq = batch.from();
            for (Event event : batch.events()) {
                if (event instanceof Event.TurnClaimed claimed) {
                    List<Claim> before = claims.computeIfAbsent(claimed.turn(), turn -> new ArrayList<>());
                    if (claimed.runEpoch() != before.size() + 1) {
                        referee.broken(key.id() + " " + claimed.turn() + " was claimed in epoch " + claimed.runEpoch()
                                + " after " + before.size() + " claims");
                    }
                    before.add(
                            new Claim(seq, claimed.runEpoch(), claimed.runner().incarnation()));
                }
                seq += event.span();
            }
        }
        for (Referee.Accepted output : referee.accepted) {
            if (!output.key().equals(key)) {
                continue;
            }
            List<Claim> known = claims.getOrDefault(output.turn(), List.of());
            boolean valid = output.epoch() <= known.size()
                    && known.get(output.epoch() - 1).incarnation().equals(output.incarnation())
                    && known.get(output.epoch() - 1).seq() < output.from()
                    && (output.epoch() == known.size()
                            || known.get(output.epoch()).seq() > output.to());
            if (!valid) {
                referee.broken("output " + output.from() + "-" + output.to() + " of " + key.id() + " was accepted from "
                        + output.incarnation() + " in epoch " + output.epoch() + ", which was not its time: " + known);
            }
        }
    }

    private void commands(SessionKey key, List<EventBatch> log) {
        Map<String, List<Long>> inputs = new HashMap<>();
        for (EventBatch batch : log) {
            long seq = batch.from();
            for (Event event : batch.events()) {
                if (event instanceof Event.InputAccepted input) {
                    inputs.computeIfAbsent(input.inputId(), id -> new ArrayList<>())
                            .add(seq);
                }
                seq += event.span();
            }
        }
        Set<String> sent = new HashSet<>();
        for (SimTab tab : world.tabsOf(key)) {
            for (SimTab.Sent command : tab.commands) {
                if (!(command.command instanceof Command.Input)) {
                    continue;
                }
                sent.add(command.id);
                List<Long> found = inputs.getOrDefault(command.id, List.of());
                int wanted = command.answers.isEmpty() ? 0 : 1;
                if (found.size() != wanted) {
                    referee.broken(command.id + " of " + tab + " is in the log " + found.size() + " times, "
                            + (wanted == 0 ? "and was refused: " + command.refused : "and was acknowledged"));
                } else if (wanted == 1
                        && (found.getFirst() < command.answers.getFirst().from()
                                || found.getFirst() > command.answers.getFirst().to())) {
                    referee.broken(command.id + " of " + tab + " lies at " + found + " and was said to lie at "
                            + command.answers.getFirst().from());
                }
            }
        }
        inputs.keySet().stream()
                .filter(id -> !sent.contains(id))
                .forEach(id -> referee.broken("nobody sent the input " + id + " of " + key.id()));
    }

    /** Every answer is what the model says, once, from its first word to its last or to where the turn ended. */
    private void answers(SessionKey key, List<EventBatch> log) {
        Conversation folded = new Conversation();
        Map<String, TurnStatus> ended = new HashMap<>();
        for (EventBatch batch : log) {
            folded.apply(batch);
            batch.events().forEach(event -> {
                if (event instanceof Event.TurnEnded end && ended.put(end.turn(), end.status()) != null) {
                    referee.broken(key.id() + " " + end.turn() + " ended twice");
                }
            });
        }
        ended.forEach((turn, status) -> {
            List<Conversation.Item> items = folded.items(turn);
            SimModel.Script script = SimModel.script(items);
            List<String> said = items.stream()
                    .filter(Conversation.Said.class::isInstance)
                    .map(Conversation.Said.class::cast)
                    .filter(message -> message.role() == Conversation.Role.ASSISTANT)
                    .map(Conversation.Said::text)
                    .toList();
            for (int step = 0; step < said.size(); step++) {
                boolean last = step == said.size() - 1;
                String whole = step < script.steps() ? script.answer(step) : "";
                boolean right = last && status != TurnStatus.COMPLETED
                        ? whole.startsWith(said.get(step))
                        : whole.equals(said.get(step));
                if (!right) {
                    referee.broken(
                            key.id() + " " + turn + " said \"" + said.get(step) + "\" instead of \"" + whole + "\"");
                }
            }
            if (status == TurnStatus.COMPLETED && said.size() != script.steps()) {
                referee.broken(key.id() + " " + turn + " is complete with " + said.size() + " of " + script.steps()
                        + " messages");
            }
            if (status == TurnStatus.FAILED || status == TurnStatus.EXPIRED) {
                referee.broken(key.id() + " " + turn + " " + status + ", though its model and its people were there");
            }
        });
    }

    private void decisions(SessionKey key, List<EventBatch> log) {
        Map<String, Integer> decided = new HashMap<>();
        Map<String, Integer> settled = new HashMap<>();
        for (EventBatch batch : log) {
            for (Event event : batch.events()) {
                if (event instanceof Event.ApprovalResolved resolved) {
                    decided.merge(resolved.callId(), 1, Integer::sum);
                } else if (event instanceof Event.ToolResulted resulted) {
                    settled.merge(resulted.callId(), 1, Integer::sum);
                }
            }
        }
        decided.forEach((call, times) -> {
            if (times > 1) {
                referee.broken("call " + call + " of " + key.id() + " was decided " + times + " times");
            }
        });
        settled.forEach((call, times) -> {
            if (times > 1) {
                referee.broken("call " + call + " of " + key.id() + " has " + times + " results");
            }
        });
        Map<String, Integer> winners = new HashMap<>();
        for (SimTab tab : world.tabsOf(key)) {
            for (SimTab.Sent sent : tab.commands) {
                if (sent.command instanceof Command.Decide decide && !sent.answers.isEmpty()) {
                    decide.callIds().forEach(call -> winners.merge(call, 1, Integer::sum));
                }
            }
        }
        winners.forEach((call, times) -> {
            if (times > 1) {
                referee.broken(
                        "call " + call + " of " + key.id() + " was decided by " + times + " people, they were told");
            }
        });
    }

    /** Byte for byte what the log makes of these seqs. */
    private void frames(SimTab tab, List<EventBatch> log) {
        Expected expected = new Expected(tab.key, log);
        for (SimTab.Seen seen : tab.seen) {
            byte[] frame = expected.frame(seen.from(), seen.seq());
            if (!Arrays.equals(frame, seen.json())) {
                referee.broken(tab + " was shown " + text(seen.json()) + ", and the log has " + text(frame));
            }
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
