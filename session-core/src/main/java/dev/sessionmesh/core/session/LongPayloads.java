package dev.sessionmesh.core.session;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A command as the log can take it, and the payloads that it refers to because they are too long to be in an event.
 *
 * @param envelope the command with references; the one that was given when nothing in it is long
 * @param blobs in UTF-8, by reference
 */
public record LongPayloads(Envelope envelope, Map<Payload.Blob, byte[]> blobs) {
    /** Takes the long payloads out of a command; refuses one that is longer than a blob may be. */
    public static Outcome<LongPayloads> takenFrom(Envelope envelope, Limits limits) {
        Taker taker = new Taker(limits);
        Command command = taker.shorten(envelope.command());
        if (taker.longest > limits.blobBytes()) {
            return Outcome.refused(
                    ErrorCode.TOO_LARGE,
                    "a payload has " + taker.longest + " bytes, " + limits.blobBytes() + " are allowed");
        }
        return Outcome.done(
                taker.blobs.isEmpty()
                        ? new LongPayloads(envelope, Map.of())
                        : new LongPayloads(envelope.with(command), taker.blobs));
    }

    private static final class Taker {
        private final Limits limits;
        private final Map<Payload.Blob, byte[]> blobs = new LinkedHashMap<>();
        private int longest;

        Taker(Limits limits) {
            this.limits = limits;
        }

        Command shorten(Command command) {
            return switch (command) {
                case Command.Input input -> new Command.Input(shorten(input.text()), input.policy());
                case Command.ToolResult result ->
                    new Command.ToolResult(result.callId(), result.ok(), shorten(result.result()), result.claimant());
                case Command.Redo redo ->
                    new Command.Redo(redo.turn(), redo.text().map(this::shorten), redo.policy());
                case Command.Settle settle ->
                    new Command.Settle(settle.callId(), settle.verdict(), shorten(settle.result()));
                case Command.Decide decide -> shorten(decide);
                case Command.Produce produce -> shorten(produce);
                case Command.SelectBranch select -> select;
                case Command.Reorder reorder -> reorder;
                case Command.Withdraw withdraw -> withdraw;
                case Command.Delegate delegate -> delegate;
                case Command.RevokeGrant revoke -> revoke;
                case Command.ClaimTool claim -> claim;
                case Command.BeatTool beat -> beat;
                case Command.ReleaseTool release -> release;
                case Command.Cancel cancel -> cancel;
                case Command.Steer steer -> steer;
                case Command.Claim claim -> claim;
                case Command.Renew renew -> renew;
                case Command.Doubt doubt -> doubt;
                case Command.Expire expire -> expire;
            };
        }

        private Command shorten(Command.Decide decide) {
            return new Command.Decide(
                    decide.callIds(),
                    decide.approve(),
                    decide.reason(),
                    decide.arguments().map(this::shorten),
                    decide.argumentsHash(),
                    decide.remember());
        }

        private Command shorten(Command.Produce produce) {
            if (produce.outputs().stream().allMatch(Output.Text.class::isInstance)) {
                return produce;
            }
            return new Command.Produce(
                    produce.turn(),
                    produce.runEpoch(),
                    produce.batchNo(),
                    produce.outputs().stream().map(this::shorten).toList());
        }

        private Output shorten(Output output) {
            return switch (output) {
                case Output.Call call ->
                    new Output.Call(
                            call.name(),
                            shorten(call.arguments()),
                            call.executor(),
                            call.recovery(),
                            call.target(),
                            call.approval());
                case Output.CallRefused refused ->
                    new Output.CallRefused(refused.name(), shorten(refused.arguments()), refused.reason());
                case Output.CallFinished done ->
                    new Output.CallFinished(done.callId(), done.outcome(), shorten(done.result()));
                case Output.Text text -> text;
                case Output.CallStarted started -> started;
                case Output.SteerConsumed consumed -> consumed;
                case Output.StepEnded ended -> ended;
                case Output.Supersede supersede -> supersede;
                case Output.End end -> end;
            };
        }

        private Payload shorten(Payload payload) {
            // A char takes one to three bytes.
            if (!(payload instanceof Payload.Inline(String text)) || text.length() <= limits.inlineBytes() / 3) {
                return payload;
            }
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            longest = Math.max(longest, utf8.length);
            if (utf8.length <= limits.inlineBytes() || utf8.length > limits.blobBytes()) {
                return payload;
            }
            Payload.Blob blob = Payload.Blob.of(utf8);
            blobs.put(blob, utf8);
            return blob;
        }
    }
}
