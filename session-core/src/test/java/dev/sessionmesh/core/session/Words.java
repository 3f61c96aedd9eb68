package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import dev.sessionmesh.core.log.TokenRun;
import java.util.List;
import java.util.Optional;

/** The vocabulary of the scenarios: people, runners, and short words for what they do. */
public final class Words {
    public static final SessionKey KEY = new SessionKey(SessionKey.DEFAULT_TENANT, "s1");
    public static final Profile PROFILE = Profile.ofModel("scripted:test");
    public static final long START = 1_750_000_000_000L;

    public static final Actor ALICE = new Actor(Actor.Kind.PERSON, "alice");
    public static final Actor BOB = new Actor(Actor.Kind.PERSON, "bob");
    public static final Actor CAROL = new Actor(Actor.Kind.PERSON, "carol");
    public static final Actor EVE = new Actor(Actor.Kind.PERSON, "eve");
    public static final Runner N1 = new Runner("n1", "n1-a");
    public static final Runner N2 = new Runner("n2", "n2-a");

    private Words() {}

    static Act input(String id, String text) {
        return Act.of(id, new Command.Input(Payload.of(text), Optional.empty()));
    }

    static Act input(String id, String text, InputPolicy policy) {
        return Act.of(id, new Command.Input(Payload.of(text), Optional.of(policy)));
    }

    static Act approve(String id, String call) {
        return Act.of(id, new Command.Decide(call, true, ""));
    }

    static Act reject(String id, String call, String reason) {
        return Act.of(id, new Command.Decide(call, false, reason));
    }

    static Act cancel(String id, String turn) {
        return Act.of(id, new Command.Cancel(turn));
    }

    static Act steer(String id, String turn, String instruction) {
        return Act.of(id, new Command.Steer(turn, instruction));
    }

    static Act result(String id, String call, String json) {
        return Act.of(id, new Command.ToolResult(call, true, Payload.of(json)));
    }

    static Act failure(String id, String call, String error) {
        return Act.of(id, new Command.ToolResult(call, false, Payload.of(error)));
    }

    static Act claim(String turn, int epoch, long beat, Runner runner) {
        return Act.internal(new Command.Claim(turn, epoch, beat, runner));
    }

    static Act produce(String turn, int epoch, long batch, Output... outputs) {
        return Act.internal(new Command.Produce(turn, epoch, batch, List.of(outputs)));
    }

    static Act renew(String turn, int epoch) {
        return Act.internal(new Command.Renew(turn, epoch));
    }

    static Act expire() {
        return Act.internal(new Command.Expire());
    }

    static Output text(String... pieces) {
        return new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of(pieces)));
    }

    static Output clientCall(String name) {
        return call(name, Executor.CLIENT, false);
    }

    static Output clientCallToApprove(String name) {
        return call(name, Executor.CLIENT, true);
    }

    static Output serverCall(String name) {
        return call(name, Executor.SERVER, false);
    }

    static Output serverCallToApprove(String name) {
        return call(name, Executor.SERVER, true);
    }

    /** A call of a tool that says nothing about itself. */
    public static Output.Call call(String name, Executor executor, boolean approval) {
        return call(name, Payload.of("{}"), executor, approval);
    }

    public static Output.Call call(String name, Payload arguments, Executor executor, boolean approval) {
        Optional<ApprovalTerms> terms = approval ? Optional.of(ApprovalTerms.DEFAULT) : Optional.empty();
        return new Output.Call(name, arguments, executor, ToolCall.Recovery.REPORT, Target.ANY, terms);
    }

    static final String NO_ARGUMENTS = Payload.of("{}").hash();

    static Event resolved(String call, ToolCall.Decision decision, Actor by, String reason) {
        return new Event.ApprovalResolved(call, decision, by, reason, NO_ARGUMENTS, "");
    }

    static Output started(String call) {
        return new Output.CallStarted(call);
    }

    static Output finished(String call, String result) {
        return new Output.CallFinished(call, ToolCall.Outcome.OK, Payload.of(result));
    }

    static Output consumed(String steer) {
        return new Output.SteerConsumed(steer);
    }

    static Output completed() {
        return new Output.End(TurnStatus.COMPLETED, "", "", Usage.UNKNOWN);
    }

    static Output failed(String code, String reason) {
        return new Output.End(TurnStatus.FAILED, code, reason, Usage.UNKNOWN);
    }

    static Event.Tokens tokens(String turn, String message, String... pieces) {
        return new Event.Tokens(turn, message, 0, DeltaKind.TEXT, TokenRun.of(List.of(pieces)));
    }

    static Event ended(String turn, int epoch, TurnStatus status, Actor by) {
        return ended(turn, epoch, status, "", "", by);
    }

    static Event ended(String turn, int epoch, TurnStatus status, String code, String reason, Actor by) {
        return new Event.TurnEnded(turn, epoch, status, code, reason, by, Usage.UNKNOWN);
    }

    static Output callOn(ApprovalTerms terms) {
        return callOn("pay", terms);
    }

    static Output callOn(String name, ApprovalTerms terms) {
        return new Output.Call(
                name, Payload.of("{}"), Executor.SERVER, ToolCall.Recovery.REPORT, Target.ANY, Optional.of(terms));
    }

    static Output callFor(String user, String device) {
        return new Output.Call(
                "look",
                Payload.of("{}"),
                Executor.CLIENT,
                ToolCall.Recovery.REPORT,
                new Target(user, device),
                Optional.empty());
    }

    static Output begun(ToolCall.Recovery recovery) {
        return new Output.Call("mail", Payload.of("{}"), Executor.SERVER, recovery, Target.ANY, Optional.empty());
    }

    static Act approveWith(String id, String call, String arguments) {
        return Act.of(id, new Command.Decide(List.of(call), true, "", Optional.of(Payload.of(arguments)), "", false));
    }

    static Act approveAll(String id, String... calls) {
        return Act.of(id, new Command.Decide(List.of(calls), true, "", Optional.empty(), "", false));
    }

    static Act remember(String id, String... calls) {
        return Act.of(id, new Command.Decide(List.of(calls), true, "", Optional.empty(), "", true));
    }

    static Act approveHash(String id, String call, String hash) {
        return Act.of(id, new Command.Decide(List.of(call), true, "", Optional.empty(), hash, false));
    }

    static Act delegate(String id, String call, String to) {
        return Act.of(id, new Command.Delegate(call, to));
    }

    static Act revoke(String id, String grant) {
        return Act.of(id, new Command.RevokeGrant(grant));
    }

    static Act take(String id, String call, String tab) {
        return Act.of(id, new Command.ClaimTool(call, tab, ""));
    }

    static Act beat(String id, String call, String tab) {
        return Act.of(id, new Command.BeatTool(call, tab));
    }

    static Act letGo(String id, String call, String tab) {
        return Act.of(id, new Command.ReleaseTool(call, tab));
    }

    static Act resultOf(String id, String call, String tab) {
        return Act.of(id, new Command.ToolResult(call, true, Payload.of("[1]"), tab));
    }

    static Act settle(String id, String call, Command.Settle.Verdict verdict) {
        return Act.of(id, new Command.Settle(call, verdict, Payload.of("[1]")));
    }

    static Act edit(String id, String turn, String text, InputPolicy policy) {
        return Act.of(id, new Command.Redo(turn, Optional.of(Payload.of(text)), policy));
    }

    static Act regenerate(String id, String turn) {
        return Act.of(id, new Command.Redo(turn, Optional.empty(), InputPolicy.INTERRUPT));
    }

    static Act selectBranch(String id, String turn) {
        return Act.of(id, new Command.SelectBranch(turn));
    }

    static Act reorder(String id, String turn, String before) {
        return Act.of(id, new Command.Reorder(turn, before));
    }

    static Act withdraw(String id, String turn) {
        return Act.of(id, new Command.Withdraw(turn));
    }

    static Output stepEnded(long input, long output) {
        return new Output.StepEnded(new Usage(input, output));
    }

    static Event status(String turn, int epoch, TurnStatus status) {
        return new Event.TurnStatusChanged(turn, epoch, status);
    }

    static Event said(String message, String id, String turn, String text, Actor actor) {
        return new Event.InputAccepted(message, id, turn, Payload.of(text), actor);
    }
}
