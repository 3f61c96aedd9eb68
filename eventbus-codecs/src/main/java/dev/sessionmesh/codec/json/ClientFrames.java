package dev.sessionmesh.codec.json;

import dev.sessionmesh.codec.json.ClientFrame.Attach;
import dev.sessionmesh.codec.json.ClientFrame.Auth;
import dev.sessionmesh.codec.json.ClientFrame.Detach;
import dev.sessionmesh.codec.json.ClientFrame.Invalid;
import dev.sessionmesh.codec.json.ClientFrame.Ping;
import dev.sessionmesh.codec.json.ClientFrame.Submit;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.TraceParent;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what clients send. Whatever it is, the answer is a {@link ClientFrame}: strict about the fields it knows, deaf to those it
 * does not.
 */
public final class ClientFrames {
    private static final Set<String> KNOWN = Set.of(
            "type",
            "session",
            "id",
            "pos",
            "after",
            "client",
            "text",
            "policy",
            "callId",
            "callIds",
            "arguments",
            "argumentsHash",
            "remember",
            "to",
            "grant",
            "claimant",
            "device",
            "outcome",
            "reason",
            "turn",
            "before",
            "instruction",
            "result",
            "error",
            "token",
            "presence",
            "watch",
            "typing",
            "focus",
            "status",
            "seq",
            "traceparent");
    private static final Set<String> TREES = Set.of("result", "arguments", "callIds");
    private static final int TOKEN_CHARS = 8_000;
    private static final InputPolicy[] POLICIES = InputPolicy.values();
    private static final InputPolicy[] REDO_POLICIES = {InputPolicy.ENQUEUE, InputPolicy.REJECT, InputPolicy.INTERRUPT};

    private final Limits limits;
    private final Fields fields;
    private Optional<String> session = Optional.empty();
    private Optional<String> id = Optional.empty();

    private ClientFrames(Fields fields, Limits limits) {
        this.fields = fields;
        this.limits = limits;
    }

    public static ClientFrame parse(String frame, Limits limits) {
        return parse(frame, Optional.empty(), limits);
    }

    /** A frame that need not say its type, because the way it came by does. */
    public static ClientFrame parseAs(String type, String frame, Limits limits) {
        return parse(frame, Optional.of(type), limits);
    }

    private static ClientFrame parse(String frame, Optional<String> as, Limits limits) {
        if (frame.length() > limits.frameBytes()) {
            return new Invalid(
                    ErrorCode.TOO_LARGE,
                    "a frame has at most " + limits.frameBytes() + " bytes",
                    Optional.empty(),
                    Optional.empty());
        }
        return new ClientFrames(Fields.read(frame, KNOWN, TREES), limits).read(as);
    }

    private ClientFrame read(Optional<String> as) {
        id = fields.name("id", CommandId::isValid, "1-128 characters of A-Za-z0-9._:-");
        session = fields.name("session", SessionKey::isValid, "1-128 characters of A-Za-z0-9._-");
        Optional<String> said = fields.text("type", Integer.MAX_VALUE);
        if (as.isPresent() && said.isPresent() && !said.equals(as)) {
            fields.refuse(ErrorCode.BAD_FIELD, "type is not " + as.get());
        }
        Optional<String> type = as.or(() -> said);
        if (type.isEmpty()) {
            fields.refuse(ErrorCode.BAD_FIELD, "type is missing");
        }
        ClientFrame frame =
                type.filter(given -> fields.problem().isEmpty()).map(this::read).orElse(new Ping(id));
        return fields.problem()
                .<ClientFrame>map(problem -> new Invalid(problem.code(), problem.message(), id, session))
                .orElse(frame);
    }

    private ClientFrame read(String type) {
        return switch (type) {
            case "attach" -> attach();
            case "detach" -> new Detach(session, id);
            case "ping" -> new Ping(id);
            case "auth" -> new Auth(fields.requiredText("token", TOKEN_CHARS), id);
            case "presence" -> PresenceFrames.presence(fields, session, id, limits.presence());
            case "read" -> PresenceFrames.read(fields, session, id);
            case "input" ->
                submit(new Command.Input(
                        Payload.of(fields.requiredText("text", limits.blobBytes())),
                        fields.choice("policy", POLICIES)));
            case "edit" ->
                submit(new Command.Redo(
                        requiredTurn(),
                        Optional.of(Payload.of(fields.requiredText("text", limits.blobBytes()))),
                        redo()));
            case "regenerate" -> submit(new Command.Redo(requiredTurn(), Optional.empty(), redo()));
            case "select_branch" -> submit(new Command.SelectBranch(requiredTurn()));
            case "reorder" -> submit(new Command.Reorder(requiredTurn(), turn("before")));
            case "withdraw" -> submit(new Command.Withdraw(requiredTurn()));
            case "approve",
                    "reject",
                    "delegate",
                    "revoke_grant",
                    "tool_claim",
                    "tool_heartbeat",
                    "tool_release",
                    "settle" -> submit(CallFrames.read(type, fields, limits));
            case "cancel" -> submit(new Command.Cancel(turn("turn")));
            case "steer" ->
                submit(new Command.Steer(turn("turn"), fields.requiredText("instruction", limits.inlineBytes())));
            case "tool_result" -> submit(CallFrames.toolResult(fields, limits));
            default -> {
                String shown = type.length() > 40 ? type.substring(0, 40) + "..." : type;
                fields.refuse(ErrorCode.UNKNOWN_TYPE, "no such type: " + shown);
                yield new Ping(id);
            }
        };
    }

    private ClientFrame attach() {
        if (session.isEmpty()) {
            fields.refuse(ErrorCode.BAD_FIELD, "session is missing");
        }
        Optional<Position> pos = fields.text("pos", limits.inlineBytes()).flatMap(Position::parse);
        if (pos.isEmpty() && fields.has("pos")) {
            fields.refuse(ErrorCode.BAD_POSITION, "pos is not one that a server gave");
        }
        return new Attach(
                session.orElse(""),
                id,
                pos,
                fields.seq("after"),
                fields.name("client", ClientFrames::isClient, "a client id that a server gave"),
                fields.flag("presence").orElse(false),
                PresenceFrames.device(fields));
    }

    private ClientFrame submit(Command command) {
        return new Submit(
                session, id, command, CommandHash.of(command), TraceParent.orNone(fields.loose("traceparent")));
    }

    private String turn(String field) {
        return fields.name(field, CommandId::isValid, "the id of a turn").orElse("");
    }

    private String requiredTurn() {
        String turn = turn("turn");
        if (turn.isEmpty()) {
            fields.refuse(ErrorCode.BAD_FIELD, "turn is missing");
        }
        return turn;
    }

    /** Who does a turn again usually does not want the rest of it. */
    private InputPolicy redo() {
        return fields.choice("policy", REDO_POLICIES).orElse(InputPolicy.INTERRUPT);
    }

    private static boolean isClient(String client) {
        return client.length() < 64 && CommandId.parse(client + ":1") instanceof CommandId.Numbered;
    }
}
