package dev.sessionmesh.codec;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.presence.Attendee;
import dev.sessionmesh.core.presence.Departed;
import dev.sessionmesh.core.presence.PresenceMessage;
import dev.sessionmesh.core.presence.RosterChange;
import dev.sessionmesh.core.session.Approval;
import dev.sessionmesh.core.session.Audit;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.CommandLedger;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Grant;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.Spent;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One value of every kind, whose bytes the golden files hold. Add to them, never change them. */
final class Samples {
    private static final long AT = 1_750_000_000_000L;
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final Actor ALICE = new Actor(Actor.Kind.PERSON, "alice");
    private static final Actor AGENT = new Actor(Actor.Kind.AGENT, "n1");
    private static final Runner RUNNER = new Runner("n1", "n1-4f2a");
    private static final CommandId NUMBERED = CommandId.parse("c-mb2x0000-abc123:7");
    private static final Payload BLOB = new Payload.Blob("9f86d081884c7d65", 40_000);
    private static final Payload ARGUMENTS = Payload.of("{\"city\":\"Zürich\"}");
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String HASH = ARGUMENTS.hash();
    private static final ToolSpec.Target TARGET = new ToolSpec.Target(ToolSpec.Target.ASKER, "phone");
    private static final ApprovalTerms TERMS = new ApprovalTerms(
            "it costs",
            2,
            List.of("user:bob", "role:lead"),
            true,
            60_000,
            ApprovalTerms.OnExpiry.ASK,
            10_000,
            30_000,
            List.of("role:boss"));
    private static final TokenRun RUN = TokenRun.of(List.of("Hé", "", "llo ", "😀"));

    private Samples() {}

    static Map<String, EventBatch> batches() {
        Map<String, EventBatch> all = new LinkedHashMap<>();
        all.put("nothing", new EventBatch(1, AT, List.of()));
        all.put("tokens", batch(new Event.Tokens("t1", "m1", 0, DeltaKind.TEXT, RUN)));
        all.put("folded tokens", batch(new Event.Tokens("t1", "m1", 0, DeltaKind.TEXT, RUN).folded()));
        all.put("reasoning", batch(new Event.Tokens("t1", "m1", 2, DeltaKind.REASONING, RUN)));
        all.put("input accepted", batch(new Event.InputAccepted("u1", "c1", "t1", Payload.of("hello"), ALICE)));
        all.put("long input accepted", batch(new Event.InputAccepted("u1", NUMBERED.text(), "t1", BLOB, ALICE)));
        all.put("turn received", batch(new Event.TurnReceived("t1", "c1", ALICE)));
        all.put("turn done again", batch(new Event.TurnReceived("t3", "c3", ALICE, "t1", true)));
        all.put("turn traced", batch(new Event.TurnReceived("t1", "c1", ALICE, "", false, TRACE)));
        all.put("queue reordered", batch(new Event.QueueReordered(List.of("t3", "t2"), ALICE)));
        all.put("turn retracted", batch(new Event.TurnRetracted("t1", ALICE)));
        all.put("branch selected", batch(new Event.BranchSelected("t1", ALICE)));
        all.put("step ended", batch(new Event.StepEnded("t1", 2, new Usage(12, 345))));
        all.put("message superseded", batch(new Event.MessageSuperseded("t1", "m1")));
        all.put("turn claimed", batch(new Event.TurnClaimed("t1", 3, RUNNER, TurnStatus.AWAITING_TOOL, true)));
        all.put("turn status changed", batch(new Event.TurnStatusChanged("t1", 1, TurnStatus.AWAITING_APPROVAL)));
        all.put(
                "turn ended",
                batch(new Event.TurnEnded(
                        "t1", 1, TurnStatus.FAILED, "model_error", "it broke", Actor.SYSTEM, new Usage(12, 345))));
        all.put(
                "turn cancelled",
                batch(new Event.TurnEnded("t1", 0, TurnStatus.CANCELLED, "", "", ALICE, Usage.UNKNOWN)));
        all.put(
                "tool called",
                batch(new Event.ToolCalled(
                        "t1",
                        "k1",
                        "weather",
                        ARGUMENTS,
                        Executor.CLIENT,
                        ToolCall.Recovery.ASK,
                        TARGET,
                        true,
                        AT + 5)));
        all.put(
                "approval requested",
                batch(new Event.ApprovalRequested("t1", "k1", "weather", ARGUMENTS, HASH, "alice", TERMS, AT + 5)));
        all.put("approval voted", batch(new Event.ApprovalVoted("k1", ALICE, HASH, 1, 2)));
        all.put("approval edited", batch(new Event.ApprovalEdited("k1", ALICE, BLOB, BLOB.hash(), HASH)));
        all.put("approval delegated", batch(new Event.ApprovalDelegated("k1", ALICE, "zoë")));
        all.put("approval reminded", batch(new Event.ApprovalReminded("k1", 3)));
        all.put("approval escalated", batch(new Event.ApprovalEscalated("k1", List.of("role:boss", "user:zoë"))));
        all.put(
                "approval resolved",
                batch(new Event.ApprovalResolved("k1", ToolCall.Decision.REJECTED, ALICE, "not today", HASH, "")));
        all.put(
                "approved by a grant",
                batch(new Event.ApprovalResolved("k1", ToolCall.Decision.APPROVED, ALICE, "", HASH, "g1")));
        all.put("tool granted", batch(new Event.ToolGranted("g1", "weather", TERMS.deciders(), ALICE)));
        all.put("grant revoked", batch(new Event.GrantRevoked("g1", ALICE)));
        all.put("tool claimed", batch(new Event.ToolClaimed("k1", ALICE, "c-mb2x0000-abc123", 2, AT + 5)));
        all.put("tool released", batch(new Event.ToolReleased("k1", 2, "expired")));
        all.put("tool doubted", batch(new Event.ToolDoubted("k1", AT + 5)));
        all.put("tool retried", batch(new Event.ToolRetried("k1", ALICE, AT + 5)));
        all.put("tool started", batch(new Event.ToolStarted("k1")));
        all.put("tool resulted", batch(new Event.ToolResulted("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, AGENT)));
        all.put("steered", batch(new Event.Steered("t1", "s1", "shorter", ALICE, "c2")));
        all.put("steer resolved", batch(new Event.SteerResolved("t1", "s1", true, 4)));
        all.put("forked", batch(new Event.Forked(-42)));
        all.put(
                "several",
                new EventBatch(
                        Long.MAX_VALUE - 10,
                        0,
                        List.of(
                                new Event.Tokens("t1", "m1", 0, DeltaKind.TEXT, RUN),
                                new Event.ToolStarted("k1"),
                                new Event.SteerResolved("t1", "s1", false, 0))));
        return all;
    }

    static Map<String, Envelope> envelopes() {
        Map<String, Envelope> all = new LinkedHashMap<>();
        all.put("input", person(new Command.Input(Payload.of("hello"), Optional.empty())));
        all.put("input with policy", person(new Command.Input(BLOB, Optional.of(InputPolicy.INTERRUPT))));
        all.put("decide", person(new Command.Decide("k1", false, "not today")));
        all.put(
                "decide about several",
                person(new Command.Decide(List.of("k1", "k2"), true, "fine", Optional.of(ARGUMENTS), HASH, true)));
        all.put("delegate", person(new Command.Delegate("k1", "zoë")));
        all.put("revoke grant", person(new Command.RevokeGrant("g1")));
        all.put("claim tool", person(new Command.ClaimTool("k1", "c-mb2x0000-abc123", "phone")));
        all.put("beat tool", person(new Command.BeatTool("k1", "c-mb2x0000-abc123")));
        all.put("release tool", person(new Command.ReleaseTool("k1", "c-mb2x0000-abc123")));
        all.put("settle", person(new Command.Settle("k1", Command.Settle.Verdict.RETRY, ARGUMENTS)));
        all.put("redo", person(new Command.Redo("t1", Optional.of(BLOB), InputPolicy.REJECT)));
        all.put("regenerate", person(new Command.Redo("t1", Optional.empty(), InputPolicy.INTERRUPT)));
        all.put("select branch", person(new Command.SelectBranch("t1")));
        all.put("reorder", person(new Command.Reorder("t3", "t2")));
        all.put("withdraw", person(new Command.Withdraw("t3")));
        all.put("cancel", person(new Command.Cancel("")));
        all.put("steer", person(new Command.Steer("t1", "shorter")));
        all.put("tool result", person(new Command.ToolResult("k1", true, ARGUMENTS, "c-mb2x0000-abc123")));
        all.put("claim", Envelope.internal(KEY, AT, 9, new Command.Claim("t1", 2, 17, RUNNER)));
        all.put("renew", Envelope.internal(KEY, AT, 9, new Command.Renew("t1", 2)));
        all.put("expire", Envelope.internal(KEY, AT, 9, new Command.Expire()));
        all.put("doubt", Envelope.internal(KEY, AT, 9, new Command.Doubt(List.of("k1", "k2"))));
        all.put("produce", Envelope.internal(KEY, AT, 9, new Command.Produce("t1", 2, 5, outputs())));
        return all;
    }

    static Map<String, Change.Mark> marks() {
        Map<String, Change.Mark> all = new LinkedHashMap<>();
        all.put("nothing", new Change.Mark.Nothing());
        all.put("executed", new Change.Mark.Executed(NUMBERED, -3));
        all.put("executed free-form", new Change.Mark.Executed(CommandId.parse("c1"), Long.MAX_VALUE));
        all.put("batch", new Change.Mark.Batch("t1", 300));
        all.put("renewed", new Change.Mark.Renewed("t1"));
        all.put("beaten", new Change.Mark.Beaten("k1"));
        return all;
    }

    static Map<String, State> states() {
        Profile profile = new Profile(
                "scripted:test",
                "be kind",
                "she likes tea",
                List.of(
                        ToolSpec.named("look", Executor.CLIENT),
                        new ToolSpec(
                                "weather",
                                "tells it",
                                "{\"type\":\"object\"}",
                                Executor.SERVER,
                                "mcp:sky",
                                true,
                                new ApprovalPolicy(ApprovalPolicy.When.RULE, "{\"==\":[1,1]}", TERMS),
                                TARGET)),
                Map.of("b", "2", "a", "1"),
                InputPolicy.REJECT,
                new Budget(new Budget.Bounds(1, 2, 3, 4), new Budget.Bounds(5, 6, 7, 8), 9, 10));
        Turn ended = new Turn(
                "t1",
                "c1",
                "",
                ALICE,
                TurnStatus.COMPLETED,
                new Turn.Hold(1, RUNNER, 4, 30, 33, 6),
                AT - 2,
                AT - 1,
                AT + 1,
                "",
                List.of(),
                new Spent(2, 30, 40, 0, 1),
                "");
        Turn active = new Turn(
                "t2",
                "c2",
                "t1",
                ALICE,
                TurnStatus.AWAITING_APPROVAL,
                new Turn.Hold(2, RUNNER, 1, 40, 41, 9),
                AT,
                AT + 1,
                AT + 2,
                "m2",
                List.of(new Turn.Steering("s1", "", "", ALICE), new Turn.Steering("s2", "c3", "and Ghent?", ALICE)),
                new Spent(1, 10, 20, 3, 1),
                "");
        ToolCall settled = new ToolCall(
                "k1",
                "t1",
                "weather",
                Executor.CLIENT,
                ToolCall.Recovery.REPORT,
                ToolSpec.Target.ANY,
                ToolCall.Status.SETTLED,
                AT + 9,
                ToolCall.Decision.APPROVED,
                ALICE,
                AT + 3,
                AGENT,
                AT + 4,
                Optional.empty(),
                Optional.empty(),
                1);
        ToolCall open = new ToolCall(
                "k2",
                "t2",
                "mail",
                Executor.SERVER,
                ToolCall.Recovery.RERUN,
                ToolSpec.Target.ANY,
                ToolCall.Status.AWAITING_APPROVAL,
                AT + 9,
                ToolCall.Decision.NONE,
                Actor.SYSTEM,
                0,
                Actor.SYSTEM,
                0,
                Optional.of(new Approval(
                        TERMS,
                        "alice",
                        HASH,
                        List.of(new Approval.Vote("bob", AT + 4)),
                        List.of("zoë"),
                        true,
                        2,
                        AT,
                        39)),
                Optional.empty(),
                0);
        ToolCall held = new ToolCall(
                "k3",
                "t2",
                "look",
                Executor.CLIENT,
                ToolCall.Recovery.REPORT,
                TARGET,
                ToolCall.Status.READY,
                AT + 9,
                ToolCall.Decision.NONE,
                Actor.SYSTEM,
                0,
                Actor.SYSTEM,
                0,
                Optional.empty(),
                Optional.of(new ToolCall.Claim("c-mb2x0000-abc123", ALICE, 7, AT + 8)),
                2);
        CommandLedger ledger = new CommandLedger(
                List.of(new CommandLedger.Window(
                        "c-mb2x0000-abc123", AT, 7, List.of(new CommandLedger.Row("7", -9, 1, 2)))),
                AT - 1,
                List.of(new CommandLedger.Row("c1", 99, 3, 4)));
        Map<String, State> all = new LinkedHashMap<>();
        all.put("new", State.create(KEY, Profile.ofModel("scripted:test"), 42, AT));
        all.put(
                "busy",
                new State(
                        KEY,
                        profile,
                        Lineage.begin(42).fork(-1, 20),
                        AT,
                        41,
                        AT + 5,
                        new State.Counters(2, 3, 4, 5, 6, 7, 0),
                        List.of(ended, active),
                        List.of(settled, open, held),
                        List.of(new Grant("g1", "weather", HASH, ALICE, AT + 1)),
                        new Spent(3, 40, 60, 3, 2),
                        new Audit(5, HASH),
                        ledger));
        all.put("traced", traced());
        all.put("folded", traced().foldedTo(2));
        all.put("kept for a week", keptForAWeek());
        return all;
    }

    private static State keptForAWeek() {
        Profile profile = new Profile(
                "scripted:test", "", "", List.of(), Map.of(), InputPolicy.REJECT, Budget.UNLIMITED, false, 7);
        return State.create(KEY, profile, 42, AT);
    }

    /** One turn that somebody traces, and one that nobody does. */
    private static State traced() {
        Session session = new Session(Limits.DEFAULT);
        State state = State.create(KEY, Profile.ofModel("scripted:test"), 42, AT);
        Event first = new Event.TurnReceived("t1", "c1", ALICE, "", false, TRACE);
        Event second = new Event.TurnReceived("t2", "c2", ALICE);
        return session.replay(state, new EventBatch(1, AT, List.of(first, second)));
    }

    static Map<String, Bundle> bundles() {
        Map<String, Bundle> all = new LinkedHashMap<>();
        byte[] batch = BatchCodec.encode(batch(new Event.ToolStarted("k1")));
        all.put("events", new Bundle.Events("n1-4f2a", 3, 70_000, List.of(new Bundle.Item(KEY, batch))));
        all.put("received", new Bundle.Received("n1-4f2a", 3, 70_000));
        all.put("heads", new Bundle.Heads("n1-4f2a", 3, List.of(new Bundle.Head(KEY, 41, 2))));
        all.put("signal", new Bundle.Signal(KEY, "{\"type\":\"tool_progress\"}".getBytes(StandardCharsets.UTF_8)));
        all.put("behind", new Bundle.Behind(3, List.of(new Bundle.Lag(KEY, true))));
        return all;
    }

    static Map<String, PresenceMessage> presence() {
        Map<String, PresenceMessage> all = new LinkedHashMap<>();
        Attendee alice = new Attendee(
                "c0ffee", "alice", Actor.Kind.PERSON, "phone", AT, AT + 9, true, "the plan", "back at 3", 41);
        RosterChange change =
                new RosterChange(List.of(alice), List.of("dead"), Optional.of(List.of(alice("dead"))), 120);
        all.put("watch", new PresenceMessage.Watch("n1-4f2a", List.of(new PresenceMessage.Watched(KEY, 7, true))));
        all.put("news", new PresenceMessage.News("n1-4f2a", List.of(new PresenceMessage.Report(KEY, 7, 8, change))));
        return all;
    }

    private static Departed alice(String tab) {
        return new Departed(tab, "alice", "laptop", AT - 5, 40);
    }

    private static List<Output> outputs() {
        return List.of(
                new Output.Text(DeltaKind.DATA, 1, RUN),
                new Output.Call(
                        "weather", ARGUMENTS, Executor.CLIENT, ToolCall.Recovery.ASK, TARGET, Optional.of(TERMS)),
                new Output.CallRefused("wether", BLOB, "no such tool"),
                new Output.StepEnded(new Usage(3, 4)),
                new Output.Supersede(),
                new Output.CallStarted("k1"),
                new Output.CallFinished("k1", ToolCall.Outcome.ERROR, BLOB),
                new Output.SteerConsumed("s1"),
                new Output.End(TurnStatus.COMPLETED, "", "", new Usage(1, 2)));
    }

    private static EventBatch batch(Event event) {
        return new EventBatch(42, AT, List.of(event));
    }

    private static Envelope person(Command command) {
        return new Envelope(
                KEY,
                NUMBERED,
                0x1234_5678_9abc_def0L,
                new Origin(ALICE, List.of("lead"), "eu", "00-ab-cd-01"),
                AT,
                9,
                command);
    }
}
