package dev.sessionmesh.codec.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.core.session.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A hash of what a command means, by which the reuse of an id for something else is noticed. White space, the order of fields and
 * the way that brought the command here make no difference. Sessions remember these values, so they must never change: a golden
 * test holds them.
 */
public final class CommandHash {
    private CommandHash() {}

    public static long of(Command command) {
        return switch (command) {
            case Command.Input(Payload text, var policy) ->
                text(payload(1, text), policy.map(InputPolicy::name).orElse(""));
            case Command.Decide decide -> decide(decide);
            case Command.Cancel(String turn) -> text(4, turn);
            case Command.Steer(String turn, String instruction) -> text(text(5, turn), instruction);
            case Command.ToolResult(String callId, boolean ok, Payload result, var claimant) -> {
                long call = text(ok ? 6 : 7, callId);
                yield ok ? jsonPayload(call, result) : payload(call, result);
            }
            case Command.Redo(String turn, var text, var policy) ->
                text(text(text.map(words -> payload(20, words)).orElse(21L), turn), policy.name());
            case Command.SelectBranch(String turn) -> text(22, turn);
            case Command.Reorder(String turn, String before) -> text(text(23, turn), before);
            case Command.Withdraw(String turn) -> text(24, turn);
            case Command.Delegate(String callId, String to) -> text(text(25, callId), to);
            case Command.RevokeGrant(String grant) -> text(26, grant);
            // which tab it is about is known to the server: the client need not say it
            case Command.ClaimTool claim -> text(27, claim.callId());
            case Command.BeatTool beat -> text(28, beat.callId());
            case Command.ReleaseTool release -> text(29, release.callId());
            case Command.Settle(String callId, var verdict, Payload result) -> {
                long call = text(text(30, callId), verdict.name());
                yield verdict == Command.Settle.Verdict.OK ? jsonPayload(call, result) : payload(call, result);
            }
            // the mesh's own commands carry no id
            case Command.Claim claim -> 0;
            case Command.Produce produce -> 0;
            case Command.Renew renew -> 0;
            case Command.Doubt doubt -> 0;
            case Command.Expire expire -> 0;
        };
    }

    private static long decide(Command.Decide decide) {
        long hash = decide.approve() ? 2 : 3;
        for (String call : decide.callIds()) {
            hash = text(hash, call);
        }
        hash = text(hash, decide.reason());
        if (decide.arguments().isPresent()) {
            hash = jsonPayload(number(hash, 13), decide.arguments().get());
        }
        if (!decide.argumentsHash().isEmpty()) {
            hash = text(number(hash, 14), decide.argumentsHash());
        }
        return decide.remember() ? number(hash, 15) : hash;
    }

    private static long jsonPayload(long hash, Payload payload) {
        return payload instanceof Payload.Inline(String json) ? number(hash, json(json)) : payload(hash, payload);
    }

    private static long payload(long hash, Payload payload) {
        return switch (payload) {
            case Payload.Inline(String text) -> text(hash, text);
            case Payload.Blob(String name, int bytes) -> number(text(hash, name), bytes);
        };
    }

    private static long json(String json) {
        try (JsonParser in = Json.parser(json)) {
            return in.nextToken() == null ? 0 : value(in);
        } catch (IOException notJson) {
            return text(0, json);
        }
    }

    private static long value(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                long members = 0;
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    long name = text(8, in.currentName());
                    in.nextToken();
                    members += number(name, value(in));
                }
                yield number(9, members);
            }
            case START_ARRAY -> {
                long elements = 10;
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    elements = number(elements, value(in));
                }
                yield elements;
            }
            case VALUE_STRING -> text(11, in.getText());
            default -> text(12, in.getText());
        };
    }

    private static long text(long hash, String text) {
        return RunningHash.extend(hash, text.getBytes(StandardCharsets.UTF_8));
    }

    private static long number(long hash, long value) {
        byte[] bytes = new byte[8];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (value >>> 8 * i);
        }
        return RunningHash.extend(hash, bytes);
    }
}
