package dev.sessionmesh.provider;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import java.util.List;

/** A conversation in the making, event by event. */
public final class Talk {
    /** Where in a trace the requests are. */
    public static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static final Actor ANNA = new Actor(Actor.Kind.PERSON, "anna");

    private final Conversation conversation = new Conversation();
    private Profile profile = Profile.ofModel("");
    private int users;

    public static Talk about(String question) {
        return new Talk().user("t1", Payload.of(question));
    }

    public Talk profile(Profile given) {
        profile = given;
        return this;
    }

    public Talk user(String turn, Payload text) {
        users++;
        String input = "c" + users;
        return add(
                new Event.InputAccepted("u" + users, input, turn, text, ANNA),
                new Event.TurnReceived(turn, input, ANNA));
    }

    public Talk say(String turn, String message, String text) {
        return delta(turn, message, DeltaKind.TEXT, text);
    }

    public Talk delta(String turn, String message, DeltaKind kind, String text) {
        return text.isEmpty() ? this : add(new Event.Tokens(turn, message, 0, kind, TokenRun.of(text)));
    }

    public Talk call(String turn, String id, String tool, String arguments) {
        return call(turn, id, tool, arguments, Executor.SERVER, false);
    }

    public Talk call(String turn, String id, String tool, String arguments, Executor executor, boolean approval) {
        return add(new Event.ToolCalled(
                turn, id, tool, Payload.of(arguments), executor, ToolCall.Recovery.REPORT, Target.ANY, approval, 0));
    }

    public Talk decided(String id, ToolCall.Decision decision, String reason) {
        return add(new Event.ApprovalResolved(id, decision, ANNA, reason, "", ""));
    }

    public Talk edited(String id, String arguments) {
        return add(new Event.ApprovalEdited(id, ANNA, Payload.of(arguments), "", ""));
    }

    /** The turn is done again, with the same words. */
    public Talk again(String turn, String replaces) {
        return add(new Event.TurnReceived(turn, "again-" + turn, ANNA, replaces, true));
    }

    public Talk result(String id, ToolCall.Outcome outcome, String result) {
        return add(new Event.ToolResulted(id, outcome, Payload.of(result), ANNA));
    }

    public Talk steer(String turn, String id, String instruction) {
        return add(new Event.Steered(turn, id, instruction, ANNA, ""));
    }

    public Talk end(String turn, TurnStatus status) {
        return add(new Event.TurnEnded(turn, 1, status, "", "", Actor.SYSTEM, Usage.UNKNOWN));
    }

    /** As a runner asks: resumed is the text of the turn's unfinished message. */
    public Provider.Request request(String model, String turn) {
        String resumed = conversation.items(turn).stream()
                .filter(item -> item instanceof Conversation.Said said && !said.complete())
                .map(item -> ((Conversation.Said) item).text())
                .findFirst()
                .orElse("");
        return new Provider.Request(
                new SessionKey("default", "s1"), profile, profile.tools(), model, conversation, turn, resumed, TRACE);
    }

    private Talk add(Event... events) {
        conversation.apply(new EventBatch(conversation.seq() + 1, 0, List.of(events)));
        return this;
    }
}
