package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.codec.json.CommandHash;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.gateway.WireFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A person's tab: connects to some node, follows a session, comes back with its position when the connection is lost, and sends each
 * command until it knows the answer.
 */
final class SimTab {
    private static final Pattern POS = Pattern.compile("\"pos\":\"([^\"]+)\"");
    private static final Pattern REWIND = Pattern.compile("\"rewindTo\":([0-9]+)");
    private static final Pattern CALL = Pattern.compile("\"callId\":\"([^\"]+)\"");
    private static final int UNDER_WAY = 3;

    /** A frame of the log, as it arrived. */
    record Seen(long from, long seq, byte[] json) {}

    /** A command and what became of it. */
    static final class Sent {
        final String id;
        final Command command;
        final List<Appended> answers = new ArrayList<>();

        @Nullable
        ErrorCode refused;

        private int sentOver = -1;

        Sent(String id, Command command) {
            this.id = id;
            this.command = command;
        }

        boolean settled() {
            return !answers.isEmpty() || refused != null;
        }
    }

    final String name;
    final SessionKey key;
    final List<Seen> seen = new ArrayList<>();
    final List<Sent> commands = new ArrayList<>();
    private final World world;
    private final Dice dice;
    private final String client;
    private final Actor actor;
    private Optional<Position> position = Optional.empty();
    private @Nullable SimWire wire;
    private int connections;
    private int number;
    private boolean attached;
    private boolean ended;
    private boolean wanted = true;
    private long lastHeard;

    SimTab(World world, String name, SessionKey key, Dice dice) {
        this.world = world;
        this.name = name;
        this.key = key;
        this.dice = dice;
        this.actor = new Actor(Actor.Kind.PERSON, name);
        this.client = CommandId.newClient(1_700_000_000_000L, dice.next());
    }

    long last() {
        return position.map(Position::seq).orElse(0L);
    }

    boolean isAttached() {
        return attached;
    }

    /** Whether it was told that the session is gone. */
    boolean isEnded() {
        return ended;
    }

    boolean isSettled() {
        return commands.stream().allMatch(Sent::settled);
    }

    // --- the connection
    // -----------------------------------------------------------------------------------------------

    void connect() {
        if (ended || !wanted || wire != null) {
            return;
        }
        Optional<SimNode> chosen = world.anyNode(dice);
        if (chosen.isEmpty()) {
            world.timeline.in(200 * Timeline.MILLI, null, this::connect);
            return;
        }
        SimNode node = chosen.get();
        SimWire made = new SimWire(world, this, node, ++connections, dice.fork());
        wire = made;
        attached = false;
        lastHeard = world.timeline.now();
        Optional<Position> from = position;
        made.toNode(() -> made.attach(key, new Hub.Begin(from, OptionalLong.empty(), Optional.of(client))));
        watch(made);
    }

    /** Lets go of the connection, and comes back later if at all. */
    void disconnect(boolean comesBack, long after) {
        wanted = comesBack;
        drop(after);
    }

    void comeBack() {
        wanted = true;
        connect();
    }

    private void drop(long after) {
        @Nullable SimWire old = wire;
        if (old != null) {
            wire = null;
            attached = false;
            old.closedByClient();
        }
        world.timeline.in(after, null, this::connect);
    }

    /** Gives a silent node up. Pings are not simulated: a node that runs answers them. */
    private void watch(SimWire watched) {
        world.timeline.in(500 * Timeline.MILLI, null, () -> {
            if (wire != watched) {
                return;
            }
            if (watched.node().machine.isUp()) {
                lastHeard = world.timeline.now();
            }
            if (world.timeline.now() - lastHeard > 2_500 * Timeline.MILLI) {
                drop(0);
            } else {
                watch(watched);
            }
        });
    }

    boolean isSlow() {
        return wire != null && wire.isSlow();
    }

    boolean isOn(SimNode node) {
        return wire != null && wire.node() == node;
    }

    void nodeDied(SimNode node) {
        @Nullable SimWire broken = wire;
        world.timeline.in(dice.between(2, 300) * Timeline.MILLI, null, () -> {
            if (wire == broken) {
                drop(0);
            }
        });
    }

    void closedByNode(SimWire closed) {
        if (wire == closed) {
            drop(dice.between(1, 80) * Timeline.MILLI);
        }
    }

    // --- what arrives
    // -------------------------------------------------------------------------------------------------

    void refused(SimWire over, ErrorCode code) {
        if (wire != over) {
            return;
        }
        if (code == ErrorCode.SESSION_DELETED) {
            end();
        } else if (code == ErrorCode.POSITION_AHEAD) {
            world.referee.broken(
                    this + " saw seq " + last() + ", and node " + over.node() + " says that is beyond the log");
        } else {
            drop(200 * Timeline.MILLI);
        }
    }

    void receive(SimWire over, WireFrame frame) {
        if (wire != over) {
            return;
        }
        world.timeline.mix(frame.seq() * 31 + frame.json().length);
        if (frame.seq() == 0) {
            signal(new String(frame.json(), StandardCharsets.UTF_8));
            return;
        }
        if (!attached) {
            world.referee.broken(this + " got an event before it was attached");
            return;
        }
        if (frame.from() != last() + 1 || frame.seq() < frame.from()) {
            world.referee.broken(
                    this + " has seen up to " + last() + " and is sent " + frame.from() + " to " + frame.seq());
        }
        String json = new String(frame.json(), StandardCharsets.UTF_8);
        long history = json.startsWith("{\"type\":\"history\"")
                ? position(json).history()
                : position.orElseThrow().history();
        position = Optional.of(new Position(history, frame.seq()));
        seen.add(new Seen(frame.from(), frame.seq(), frame.json()));
        world.trace.say(
                null,
                () -> this + " sees " + frame.from() + "-" + frame.seq() + " over " + over.node() + ": "
                        + new String(frame.json(), StandardCharsets.UTF_8));
        world.referee.shown(key, frame.from(), frame.seq());
        react(json);
    }

    private void signal(String json) {
        if (json.startsWith("{\"type\":\"attached\"")) {
            Position begins = position(json);
            boolean resumed = json.contains("\"resumed\":true");
            world.trace.say(null, () -> this + (resumed ? " resumes behind " : " begins at ") + begins.seq());
            if (resumed && begins.seq() != last()) {
                world.referee.broken(this + " stood at " + last() + " and is resumed at " + begins.seq());
            }
            Matcher rewind = REWIND.matcher(json);
            if (!resumed && rewind.find()) {
                long to = Long.parseLong(rewind.group(1));
                seen.removeIf(frame -> frame.seq() > to);
                world.referee.count("diverged");
                if (!world.scenario.cutsOff()) {
                    world.referee.broken(this + " stood at " + last() + " and is told to go back to " + to);
                }
            } else if (!resumed && begins.seq() < last()) {
                world.referee.broken(this + " stood at " + last() + " and is given a snapshot of " + begins.seq());
            }
            world.referee.count(resumed ? "resumes" : "snapshots");
            position = Optional.of(begins);
            attached = true;
            flush();
        } else if (json.startsWith("{\"type\":\"detached\"")) {
            drop(50 * Timeline.MILLI);
        }
    }

    private static Position position(String json) {
        Matcher pos = POS.matcher(json);
        if (!pos.find()) {
            throw new IllegalStateException("no position in " + json);
        }
        return Position.parse(pos.group(1)).orElseThrow();
    }

    private void end() {
        ended = true;
        wire = null;
        attached = false;
        world.referee.toldDeleted(this);
    }

    private void react(String json) {
        boolean approval = json.startsWith("{\"type\":\"approval\"");
        boolean mine = json.startsWith("{\"type\":\"tool_call\"") && json.contains("\"executor\":\"client\"");
        if (approval || mine) {
            Matcher call = CALL.matcher(json);
            if (call.find()) {
                long think = dice.between(20, 400) * Timeline.MILLI;
                world.timeline.in(think, null, () -> answerCall(call.group(1), approval));
            }
        }
    }

    void answerCall(String call, boolean approval) {
        say(
                approval
                        ? new Command.Decide(call, dice.chance(70), name)
                        : new Command.ToolResult(call, true, Payload.of("\"" + name + "\"")));
    }

    // --- what is sent
    // -------------------------------------------------------------------------------------------------

    void say(Command command) {
        if (!ended) {
            commands.add(new Sent(client + ":" + ++number, command));
            flush();
        }
    }

    private void flush() {
        @Nullable SimWire over = wire;
        if (over == null || !attached) {
            return;
        }
        int underWay = 0;
        for (Sent sent : commands) {
            if (sent.settled()) {
                continue;
            }
            if (++underWay > UNDER_WAY) {
                return;
            }
            if (sent.sentOver != connections) {
                sent.sentOver = connections;
                submit(over, sent);
            }
        }
    }

    private void submit(SimWire over, Sent sent) {
        world.trace.say(null, () -> this + " sends " + sent.id + " " + sent.command + " over " + over.node());
        over.toNode(() -> {
            Envelope envelope = new Envelope(
                    key,
                    CommandId.parse(sent.id),
                    CommandHash.of(sent.command),
                    Origin.of(actor),
                    over.node().service.now(),
                    0,
                    sent.command);
            over.node()
                    .service
                    .submit(envelope)
                    .onComplete(done -> over.toClient(() -> {
                        if (done.failed()) {
                            world.referee.broken(this + ": " + sent.command + " failed with " + done.cause());
                        } else {
                            answered(over, sent, done.result());
                        }
                    }));
        });
    }

    private void answered(SimWire over, Sent sent, Outcome<Appended> outcome) {
        if (wire != over) {
            return;
        }
        switch (outcome) {
            case Outcome.Done<Appended>(Appended appended) -> {
                world.trace.say(
                        null,
                        () -> this + " hears that " + sent.id + " is " + appended.from() + "-" + appended.to()
                                + (appended.duplicate() ? " (again)" : ""));
                sent.answers.add(appended);
                world.referee.answered(this, sent);
                // Now and then an answer is lost on its way to the person, who asks again.
                if (dice.chance(10) && sent.answers.size() == 1) {
                    submit(over, sent);
                }
            }
            case Outcome.Refused<Appended>(ErrorCode code, String why, var details) -> {
                world.trace.say(null, () -> this + " hears that " + sent.id + " is refused: " + code + ", " + why);
                if (code == ErrorCode.SESSION_DELETED) {
                    sent.refused = code;
                    end();
                } else if (code.retryable()) {
                    world.timeline.in(150 * Timeline.MILLI, null, () -> {
                        if (wire == over) {
                            submit(over, sent);
                        }
                    });
                } else {
                    sent.refused = code;
                }
            }
        }
        flush();
    }

    @Override
    public String toString() {
        return "tab " + name;
    }
}
