package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;

/**
 * Events in bytes: the form they have in the log, in chunks and on the event bus. The first byte is the version; a released form
 * never changes (golden files under src/test/resources hold every version), a new event type takes the next free tag.
 */
public final class BatchCodec {
    public static final int VERSION = 1;
    private static final DeltaKind[] DELTAS = DeltaKind.values();
    private static final TurnStatus[] STATUSES = TurnStatus.values();
    private static final ToolCall.Decision[] DECISIONS = ToolCall.Decision.values();
    private static final ToolCall.Outcome[] OUTCOMES = ToolCall.Outcome.values();

    private BatchCodec() {}

    public static byte[] encode(EventBatch batch) {
        ByteSink out =
                new ByteSink(expected(batch)).put(VERSION).number(batch.from()).number(batch.at());
        return out.list(batch.events(), BatchCodec::write).toBytes();
    }

    private static int expected(EventBatch batch) {
        int bytes = 32;
        for (Event event : batch.events()) {
            bytes += 96;
            if (event instanceof Event.Tokens tokens) {
                bytes += tokens.run().text().length() + 2 * tokens.run().pieces();
            }
        }
        return bytes;
    }

    public static EventBatch decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "an event batch");
            return new EventBatch(in.number(), in.number(), in.list(BatchCodec::read));
        });
    }

    static void write(ByteSink out, Event event) {
        switch (event) {
            case Event.Tokens e -> {
                out.put(1).text(e.turn()).text(e.messageId()).number(e.part()).constant(e.kind());
                Shared.write(out, e.run());
            }
            case Event.InputAccepted e -> {
                out.put(2).text(e.messageId()).text(e.inputId()).text(e.turn());
                Shared.write(out, e.text());
                Shared.write(out, e.actor());
            }
            case Event.TurnReceived e -> out.put(3).text(e.turn()).text(e.inputId());
            case Event.TurnClaimed e -> {
                out.put(4).text(e.turn()).number(e.runEpoch());
                Shared.write(out, e.runner());
                out.constant(e.status()).flag(e.takeover());
            }
            case Event.TurnStatusChanged e ->
                out.put(5).text(e.turn()).number(e.runEpoch()).constant(e.status());
            case Event.TurnEnded e -> {
                out.put(6).text(e.turn()).number(e.runEpoch()).constant(e.status());
                out.text(e.code()).text(e.reason());
                Shared.write(out, e.by());
                out.number(e.usage().inputTokens()).number(e.usage().outputTokens());
            }
            case Event.ToolCalled e -> {
                out.put(7).text(e.turn()).text(e.callId()).text(e.name());
                Shared.write(out, e.arguments());
                out.constant(e.executor()).flag(e.approval()).number(e.deadline());
            }
            case Event.ApprovalRequested e -> {
                out.put(8).text(e.turn()).text(e.callId()).text(e.name());
                Shared.write(out, e.arguments());
                out.number(e.deadline());
            }
            case Event.ApprovalResolved e -> {
                out.put(9).text(e.callId()).constant(e.decision());
                Shared.write(out, e.by());
                out.text(e.reason());
            }
            case Event.ToolStarted e -> out.put(10).text(e.callId());
            case Event.ToolResulted e -> {
                out.put(11).text(e.callId()).constant(e.outcome());
                Shared.write(out, e.result());
                Shared.write(out, e.by());
            }
            case Event.Steered e -> {
                out.put(12).text(e.turn()).text(e.steerId()).text(e.instruction());
                Shared.write(out, e.actor());
            }
            case Event.SteerResolved e ->
                out.put(13).text(e.turn()).text(e.steerId()).flag(e.consumed());
            case Event.Forked e -> out.put(14).fixed(e.history());
        }
    }

    static Event read(ByteSource in) {
        int tag = in.get();
        return switch (tag) {
            case 1 -> new Event.Tokens(in.text(), in.text(), in.smallNumber(), in.constant(DELTAS), Shared.run(in));
            case 2 -> new Event.InputAccepted(in.text(), in.text(), in.text(), Shared.payload(in), Shared.actor(in));
            case 3 -> new Event.TurnReceived(in.text(), in.text());
            case 4 ->
                new Event.TurnClaimed(in.text(), in.smallNumber(), Shared.runner(in), in.constant(STATUSES), in.flag());
            case 5 -> new Event.TurnStatusChanged(in.text(), in.smallNumber(), in.constant(STATUSES));
            case 6 ->
                new Event.TurnEnded(
                        in.text(),
                        in.smallNumber(),
                        in.constant(STATUSES),
                        in.text(),
                        in.text(),
                        Shared.actor(in),
                        new Usage(in.number(), in.number()));
            case 7 ->
                new Event.ToolCalled(
                        in.text(),
                        in.text(),
                        in.text(),
                        Shared.payload(in),
                        in.constant(Shared.EXECUTORS),
                        in.flag(),
                        in.number());
            case 8 -> new Event.ApprovalRequested(in.text(), in.text(), in.text(), Shared.payload(in), in.number());
            case 9 -> new Event.ApprovalResolved(in.text(), in.constant(DECISIONS), Shared.actor(in), in.text());
            case 10 -> new Event.ToolStarted(in.text());
            case 11 -> new Event.ToolResulted(in.text(), in.constant(OUTCOMES), Shared.payload(in), Shared.actor(in));
            case 12 -> new Event.Steered(in.text(), in.text(), in.text(), Shared.actor(in));
            case 13 -> new Event.SteerResolved(in.text(), in.text(), in.flag());
            case 14 -> new Event.Forked(in.fixed());
            default -> throw new MalformedBytesException("unknown event " + tag);
        };
    }
}
