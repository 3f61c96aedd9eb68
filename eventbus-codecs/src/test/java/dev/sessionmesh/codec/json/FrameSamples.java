package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalPolicy.When;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.presence.Attendee;
import dev.sessionmesh.core.presence.Departed;
import dev.sessionmesh.core.presence.PresenceChange;
import dev.sessionmesh.core.session.Approval;
import dev.sessionmesh.core.session.Audit;
import dev.sessionmesh.core.session.CommandLedger;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Grant;
import dev.sessionmesh.core.session.Spent;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** One of every frame that the server sends, by name. */
final class FrameSamples {
    static final SessionKey KEY = new SessionKey("default", "s1");
    static final long AT = 1_790_000_000_123L;
    static final Actor ADA = new Actor(Actor.Kind.PERSON, "ada");
    static final Actor BOB = new Actor(Actor.Kind.PERSON, "bob");
    static final Actor AGENT = new Actor(Actor.Kind.AGENT, "n2");
    static final Payload ARGUMENTS = new Payload.Inline("{\"to\": \"Ada\",\n \"amount\": 12.50}");
    static final Payload BLOB = new Payload.Blob("9f86d081884c7d65", 70_000);
    static final ApprovalTerms TERMS = new ApprovalTerms(
            "more than usual",
            2,
            List.of("role:lead", "user:bob"),
            true,
            3_600_000,
            ApprovalTerms.OnExpiry.SKIP,
            600_000,
            1_800_000,
            List.of("role:boss"));
    static final Profile PROFILE = new Profile(
            "scripted:test",
            "Be kind.",
            "",
            List.of(
                    new ToolSpec(
                            "transfer",
                            "Moves money",
                            "{\"type\":\"object\"}",
                            Executor.SERVER,
                            "",
                            false,
                            ApprovalPolicy.ALWAYS,
                            Target.ANY),
                    new ToolSpec(
                            "refund",
                            "",
                            "",
                            Executor.SERVER,
                            "http:refund",
                            true,
                            new ApprovalPolicy(When.RULE, "{\">\":[{\"var\":\"arguments.amount\"},50]}", TERMS),
                            Target.ANY),
                    new ToolSpec(
                            "locate",
                            "",
                            "",
                            Executor.CLIENT,
                            "",
                            false,
                            ApprovalPolicy.NEVER,
                            new Target(Target.ASKER, "phone"))),
            Map.of("team", "blue", "app", "demo"),
            InputPolicy.ENQUEUE,
            new Budget(new Budget.Bounds(9_000, 50_000, 0, 12), new Budget.Bounds(0, 0, 0, 0), 150_000, 600_000));

    private static final String POS = "AQAAAAAAAAAHAAAAAAAAAAk";
    private static final String CLIENT = "c-mfwu0000-00002a";

    private FrameSamples() {}

    static Map<String, Event> events() {
        Map<String, Event> events = new LinkedHashMap<>();
        events.put("input", new Event.InputAccepted("u1", "c1", "t1", Payload.of("slow 40"), ADA));
        events.put("input in a blob", new Event.InputAccepted("u1", "c1", "t1", BLOB, ADA));
        events.put("turn received", new Event.TurnReceived("t1", "c1", ADA));
        Runner n2 = new Runner("n2", "n2-k3");
        events.put("turn claimed", new Event.TurnClaimed("t1", 1, n2, TurnStatus.IN_PROGRESS, false));
        events.put("turn taken over", new Event.TurnClaimed("t1", 2, n2, TurnStatus.AWAITING_TOOL, true));
        events.put("turn waits", new Event.TurnStatusChanged("t1", 1, TurnStatus.AWAITING_APPROVAL));
        events.put("token", tokens(DeltaKind.TEXT, 0, "0 "));
        events.put("tokens", tokens(DeltaKind.TEXT, 0, "1 ", "2 ", "3 ", "4 ", "5 "));
        events.put("token of another kind", tokens(DeltaKind.REASONING, 2, "Hm, \"why\"?\n"));
        events.put("token cut through a character", tokens(DeltaKind.TEXT, 0, "\uD83D"));
        events.put("tool call of a client", called("locate", new Payload.Inline(""), Executor.CLIENT, false));
        events.put("tool call of the server", called("transfer", ARGUMENTS, Executor.SERVER, true));
        events.put("tool call with a long argument", called("transfer", BLOB, Executor.SERVER, false));
        events.put(
                "tool call with a slip", called("transfer", new Payload.Inline("{\"to\": "), Executor.SERVER, false));
        events.put("tool call for a phone", targeted());
        String hash = ARGUMENTS.hash();
        String other = Payload.of("{}").hash();
        events.put("approval", requested(ApprovalTerms.DEFAULT));
        events.put("approval on terms", requested(TERMS));
        events.put("approval vote", new Event.ApprovalVoted("k1", BOB, hash, 1, 2));
        events.put("approval edited", new Event.ApprovalEdited("k1", BOB, Payload.of("{}"), other, hash));
        events.put("approval edited to a blob", new Event.ApprovalEdited("k1", BOB, BLOB, BLOB.hash(), hash));
        events.put("approval delegated", new Event.ApprovalDelegated("k1", BOB, "eve"));
        events.put("approval reminder", new Event.ApprovalReminded("k1", 2));
        events.put("approval escalated", new Event.ApprovalEscalated("k1", List.of("role:boss")));
        events.put("approval given", decided(ToolCall.Decision.APPROVED, BOB, "", ""));
        events.put("approval given beforehand", decided(ToolCall.Decision.APPROVED, BOB, "", "g1"));
        events.put("approval denied", decided(ToolCall.Decision.REJECTED, BOB, "too much", ""));
        events.put("approval expired", decided(ToolCall.Decision.EXPIRED, Actor.SYSTEM, "", ""));
        events.put("grant", new Event.ToolGranted("g1", "transfer", TERMS.deciders(), BOB));
        events.put("grant revoked", new Event.GrantRevoked("g1", ADA));
        events.put("tool claimed", new Event.ToolClaimed("k1", ADA, CLIENT, 1, AT + 15_000));
        events.put("tool released", new Event.ToolReleased("k1", 1, "expired"));
        events.put("tool doubted", new Event.ToolDoubted("k1", AT + 86_400_000));
        events.put("tool retried", new Event.ToolRetried("k1", ADA, AT + 900_000));
        events.put("tool started", new Event.ToolStarted("k1"));
        events.put("tool result", resulted(ToolCall.Outcome.OK, new Payload.Inline("{\"ok\": true, \"n\": 1.0e2}")));
        events.put("tool result in words", resulted(ToolCall.Outcome.OK, new Payload.Inline("It rains.")));
        events.put("tool result of nothing", resulted(ToolCall.Outcome.OK, Payload.EMPTY));
        events.put("tool result in a blob", resulted(ToolCall.Outcome.OK, BLOB));
        events.put("tool error", resulted(ToolCall.Outcome.ERROR, new Payload.Inline("no such account")));
        events.put("tool rejected", resulted(ToolCall.Outcome.REJECTED, new Payload.Inline("too much")));
        events.put("tool in doubt", resulted(ToolCall.Outcome.IN_DOUBT, Payload.EMPTY));
        events.put("steer", new Event.Steered("t1", "s1", "in French, please", BOB, ""));
        events.put("steer by an input", new Event.Steered("t1", "s2", "and Ghent?", BOB, "c4"));
        events.put("steer resolved", new Event.SteerResolved("t1", "s1", true, 2));
        events.put("steer not heard", new Event.SteerResolved("t1", "s1", false, 0));
        events.put("turn done again", new Event.TurnReceived("t3", "c5", BOB, "t1", true));
        events.put("turn in other words", new Event.TurnReceived("t3", "c5", BOB, "t1", false));
        events.put("queue", new Event.QueueReordered(List.of("t3", "t2"), BOB));
        events.put("turn retracted", new Event.TurnRetracted("t2", BOB));
        events.put("branch selected", new Event.BranchSelected("t1", BOB));
        events.put("step", new Event.StepEnded("t1", 1, new Usage(812, 40)));
        events.put("step of unknown cost", new Event.StepEnded("t1", 1, Usage.UNKNOWN));
        events.put("message superseded", new Event.MessageSuperseded("t1", "m1"));
        events.put("history", new Event.Forked(42));
        events.put("turn completed", ended(TurnStatus.COMPLETED, "", "", AGENT, new Usage(812, 40)));
        events.put("turn failed", ended(TurnStatus.FAILED, "model_error", "HTTP 500", AGENT, Usage.UNKNOWN));
        events.put("turn cancelled", ended(TurnStatus.CANCELLED, "", "", BOB, Usage.UNKNOWN));
        events.put(
                "turn expired", ended(TurnStatus.EXPIRED, "expired", "nothing happened", Actor.SYSTEM, Usage.UNKNOWN));
        return events;
    }

    static PresenceChange presence(boolean full) {
        Attendee ada = Attendee.joined("0a-1b", ADA, "", AT);
        Attendee bob = new Attendee("2c-3d", "bob", Actor.Kind.PERSON, "phone", AT, AT + 7, true, "m1", "back at 3", 4);
        return new PresenceChange(
                full,
                List.of(ada, bob),
                List.of(new Departed("4e-5f", "bob", "laptop", AT, 3)),
                full ? List.of() : List.of("6a-7b"),
                full ? 12 : 0);
    }

    static PresenceJson.Agent agent() {
        return new PresenceJson.Agent("t1", "n2");
    }

    static Map<String, String> frames() {
        Map<String, String> frames = new LinkedHashMap<>();
        events().forEach((name, event) -> frames.put(name, text(EventJson.frame(KEY, 5, AT, event))));
        frames.put("presence", text(PresenceJson.frame(KEY, presence(true), List.of(agent()), List.of())));
        frames.put("presence changed", text(PresenceJson.frame(KEY, presence(false), List.of(), List.of(agent()))));
        frames.put("authenticated", text(ServerJson.authenticated(Optional.of("a1"), OptionalLong.of(900_000))));
        frames.put("welcome", text(ServerJson.welcome("n1", "n1-k3-17", Limits.DEFAULT, OptionalLong.empty())));
        frames.put(
                "welcome with a token",
                text(ServerJson.welcome("n1", "n1-k3-17", Limits.DEFAULT, OptionalLong.of(600_000))));
        frames.put("attached", text(AttachedJson.resumed(KEY, 9, POS, CLIENT)));
        int i = 0;
        for (byte[] frame : snapshot()) {
            frames.put(i == 0 ? "attached with a snapshot" : "message " + i, text(frame));
            i++;
        }
        frames.put(
                "attached after a divergence",
                text(AttachedJson.snapshot(
                        KEY,
                        State.create(KEY, PROFILE, 7, AT),
                        new Conversation(),
                        0,
                        POS,
                        CLIENT,
                        AttachedJson.Reason.DIVERGED,
                        OptionalLong.of(4),
                        Limits.DEFAULT)));
        frames.put("tool progress", text(ServerJson.toolProgress(KEY, "k1", 3, 10, "3 of 10 pages")));
        frames.put("tool progress of unknown length", text(ServerJson.toolProgress(KEY, "k1", 0.5, 0, "")));
        frames.put("recovering", text(ServerJson.recovering(KEY, "t1")));
        frames.put("ack", text(ServerJson.ack(KEY, "c1", 1, false, false)));
        frames.put("ack again", text(ServerJson.ack(KEY, "c1", 1, true, true)));
        frames.put("error", text(error(ErrorCode.BAD_JSON, "not a JSON object", Optional.empty(), Map.of(), 0)));
        frames.put(
                "error to come back from", text(error(ErrorCode.BUSY, "too many", Optional.of("c1"), Map.of(), 250)));
        Map<String, String> first =
                Map.of("decidedBy", "bob", "decision", "approved", "at", "2026-09-21T14:13:20.123Z");
        frames.put(
                "error to the second",
                text(error(ErrorCode.ALREADY_DECIDED, "bob was first", Optional.of("c2"), first, 0)));
        frames.put("detached", text(ServerJson.detached(KEY)));
        frames.put("goaway", text(ServerJson.goaway(ServerJson.Leaving.DRAINING, 5_000)));
        frames.put("pong", text(ServerJson.pong(Optional.of("p1"))));
        frames.put("pong to nobody", text(ServerJson.pong(Optional.empty())));
        return frames;
    }

    /** A session in the middle of things: one call settled, one to be approved, an answer half written. */
    static State state() {
        Runner n2 = new Runner("n2", "n2-k3");
        Turn turn = new Turn(
                "t1",
                "c1",
                "",
                ADA,
                TurnStatus.AWAITING_APPROVAL,
                new Turn.Hold(1, n2, 3, 8, 9, 4),
                AT,
                AT + 1,
                AT + 2,
                "",
                List.of(),
                new Spent(1, 800, 90, 5, 3),
                "");
        Turn waits = new Turn(
                "t2",
                "c2",
                "",
                BOB,
                TurnStatus.RECEIVED,
                Turn.Hold.NONE,
                AT + 3,
                0,
                AT + 3,
                "",
                List.of(),
                Spent.NOTHING,
                "");
        ToolCall located = call("k1", "locate", Executor.CLIENT, ToolCall.Status.SETTLED, BOB);
        ToolCall transfer = with(
                call("k2", "transfer", Executor.SERVER, ToolCall.Status.AWAITING_APPROVAL, Actor.SYSTEM),
                Optional.of(new Approval(
                        TERMS,
                        "ada",
                        ARGUMENTS.hash(),
                        List.of(new Approval.Vote("bob", AT + 5)),
                        List.of("eve"),
                        true,
                        1,
                        AT,
                        12)),
                Optional.empty());
        ToolCall look = with(
                call("k3", "locate", Executor.CLIENT, ToolCall.Status.READY, Actor.SYSTEM),
                Optional.empty(),
                Optional.of(new ToolCall.Claim(CLIENT, ADA, 3, AT + 15_000)));
        return new State(
                KEY,
                PROFILE,
                Lineage.begin(7),
                AT,
                conversation().seq(),
                AT,
                new State.Counters(2, 2, 2, 3, 0, 1, 0),
                List.of(turn, waits),
                List.of(located, transfer, look),
                List.of(new Grant("g1", "locate", TERMS.deciders(), BOB, AT)),
                new Spent(4, 3_000, 400, 0, 6),
                new Audit(3, ARGUMENTS.hash()),
                CommandLedger.EMPTY);
    }

    private static ToolCall call(String id, String name, Executor executor, ToolCall.Status status, Actor settledBy) {
        return new ToolCall(
                id,
                "t1",
                name,
                executor,
                ToolCall.Recovery.REPORT,
                executor == Executor.CLIENT ? new Target(Target.ASKER, "phone") : Target.ANY,
                status,
                AT,
                ToolCall.Decision.NONE,
                Actor.SYSTEM,
                0,
                settledBy,
                status == ToolCall.Status.SETTLED ? AT : 0,
                Optional.empty(),
                Optional.empty(),
                0);
    }

    private static ToolCall with(ToolCall call, Optional<Approval> approval, Optional<ToolCall.Claim> claim) {
        return new ToolCall(
                call.id(),
                call.turn(),
                call.name(),
                call.executor(),
                call.recovery(),
                call.target(),
                call.status(),
                call.deadline(),
                call.decision(),
                call.decidedBy(),
                call.decidedAt(),
                call.settledBy(),
                call.settledAt(),
                approval,
                claim,
                claim.isPresent() ? 2 : 0);
    }

    static Conversation conversation() {
        Conversation conversation = new Conversation();
        conversation.apply(new EventBatch(
                1,
                AT,
                List.of(
                        new Event.InputAccepted("u1", "c1", "t1", Payload.of("send Ada 12.50"), ADA),
                        new Event.TurnReceived("t1", "c1", ADA),
                        new Event.TurnClaimed("t1", 1, new Runner("n2", "n2-k3"), TurnStatus.IN_PROGRESS, false),
                        tokens(DeltaKind.REASONING, 0, "Where ", "is Ada?"),
                        tokens(DeltaKind.TEXT, 0, "Let ", "me ", "look."),
                        called("k1", "locate", new Payload.Inline("{}"), Executor.CLIENT, false),
                        new Event.ToolResulted("k1", ToolCall.Outcome.OK, new Payload.Inline("\"Paris\""), BOB),
                        new Event.Tokens("t1", "m2", 0, DeltaKind.TEXT, TokenRun.of("Paying \uD83D\uDCB6")),
                        called("k2", "transfer", ARGUMENTS, Executor.SERVER, true),
                        new Event.ApprovalRequested(
                                "t1", "k2", "transfer", ARGUMENTS, ARGUMENTS.hash(), "ada", TERMS, AT),
                        called("k3", "locate", new Payload.Inline("{}"), Executor.CLIENT, false),
                        new Event.InputAccepted("u2", "c2", "t2", Payload.of("thanks"), BOB),
                        new Event.TurnReceived("t2", "c2", BOB))));
        return conversation;
    }

    static List<byte[]> snapshot() {
        Conversation conversation = conversation();
        List<MessageJson.Piece> pieces = MessageJson.pieces(conversation, Limits.DEFAULT.frameTextChars());
        List<byte[]> frames = new ArrayList<>();
        frames.add(AttachedJson.snapshot(
                KEY,
                state(),
                conversation,
                pieces.size(),
                POS,
                CLIENT,
                AttachedJson.Reason.NEW,
                OptionalLong.empty(),
                Limits.DEFAULT));
        pieces.forEach(piece -> frames.add(piece.frame(KEY)));
        return frames;
    }

    static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static Event.Tokens tokens(DeltaKind kind, int part, String... pieces) {
        return new Event.Tokens("t1", "m1", part, kind, TokenRun.of(List.of(pieces)));
    }

    private static byte[] error(
            ErrorCode code, String message, Optional<String> id, Map<String, String> details, long retryAfterMs) {
        return ServerJson.error(code, message, id, id.map(known -> "s1"), details, retryAfterMs);
    }

    private static Event called(String name, Payload arguments, Executor executor, boolean approval) {
        return called("k1", name, arguments, executor, approval);
    }

    private static Event called(String id, String name, Payload arguments, Executor executor, boolean approval) {
        return new Event.ToolCalled(
                "t1", id, name, arguments, executor, ToolCall.Recovery.REPORT, Target.ANY, approval, AT);
    }

    private static Event targeted() {
        Target target = new Target(Target.ASKER, "phone");
        return new Event.ToolCalled(
                "t1", "k1", "locate", ARGUMENTS, Executor.CLIENT, ToolCall.Recovery.RERUN, target, false, AT);
    }

    private static Event requested(ApprovalTerms terms) {
        return new Event.ApprovalRequested(
                "t1", "k1", "transfer", ARGUMENTS, ARGUMENTS.hash(), "ada", terms, AT + 86_400_000);
    }

    private static Event decided(ToolCall.Decision decision, Actor by, String reason, String grant) {
        return new Event.ApprovalResolved("k1", decision, by, reason, ARGUMENTS.hash(), grant);
    }

    private static Event resulted(ToolCall.Outcome outcome, Payload result) {
        return new Event.ToolResulted("k1", outcome, result, AGENT);
    }

    private static Event ended(TurnStatus status, String code, String reason, Actor by, Usage usage) {
        return new Event.TurnEnded("t1", 1, status, code, reason, by, usage);
    }
}
