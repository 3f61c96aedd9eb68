package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.TurnStatus;

/**
 * Events in bytes: the form they have in the log, in chunks and on the event bus. The first byte is the version; a released form
 * never changes (golden files under src/test/resources hold every version), a new event type takes the next free tag.
 */
public final class BatchCodec {
    public static final int VERSION = 1;
    private static final DeltaKind[] DELTAS = DeltaKind.values();
    private static final TurnStatus[] STATUSES = TurnStatus.values();

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
            case Event.TurnReceived e -> {
                // Without a trace it is what nodes of before can read, and not a byte longer.
                boolean traced = !e.trace().isEmpty();
                Shared.write(out.put(traced ? 31 : 3).text(e.turn()).text(e.inputId()), e.by());
                out.text(e.replaces()).flag(e.regenerates());
                if (traced) {
                    out.text(e.trace());
                }
            }
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
                Shared.write(out, e.usage());
            }
            case Event.ToolCalled e -> CallEvents.write(out, e);
            case Event.ApprovalRequested e -> CallEvents.write(out, e);
            case Event.ApprovalResolved e -> CallEvents.write(out, e);
            case Event.ToolStarted e -> out.put(10).text(e.callId());
            case Event.ToolResulted e -> CallEvents.write(out, e);
            case Event.Steered e -> {
                out.put(12).text(e.turn()).text(e.steerId()).text(e.instruction());
                Shared.write(out, e.actor());
                out.text(e.inputId());
            }
            case Event.SteerResolved e ->
                out.put(13).text(e.turn()).text(e.steerId()).flag(e.consumed()).number(e.step());
            case Event.Forked e -> out.put(14).fixed(e.history());
            case Event.ApprovalVoted e -> CallEvents.write(out, e);
            case Event.ApprovalEdited e -> CallEvents.write(out, e);
            case Event.ApprovalDelegated e -> {
                Shared.write(out.put(17).text(e.callId()), e.by());
                out.text(e.to());
            }
            case Event.ApprovalReminded e -> out.put(18).text(e.callId()).number(e.no());
            case Event.ApprovalEscalated e -> out.put(19).text(e.callId()).list(e.to(), ByteSink::text);
            case Event.ToolGranted e ->
                Shared.write(out.put(20).text(e.grant()).text(e.tool()).text(e.deciders()), e.by());
            case Event.GrantRevoked e -> Shared.write(out.put(21).text(e.grant()), e.by());
            case Event.ToolClaimed e -> CallEvents.write(out, e);
            case Event.ToolReleased e ->
                out.put(23).text(e.callId()).number(e.claim()).text(e.reason());
            case Event.ToolDoubted e -> out.put(24).text(e.callId()).number(e.deadline());
            case Event.ToolRetried e -> {
                Shared.write(out.put(25).text(e.callId()), e.by());
                out.number(e.deadline());
            }
            case Event.QueueReordered e -> Shared.write(out.put(26).list(e.turns(), ByteSink::text), e.by());
            case Event.TurnRetracted e -> Shared.write(out.put(27).text(e.turn()), e.by());
            case Event.BranchSelected e -> Shared.write(out.put(28).text(e.turn()), e.by());
            case Event.StepEnded e -> Shared.write(out.put(29).text(e.turn()).number(e.step()), e.usage());
            case Event.MessageSuperseded e -> out.put(30).text(e.turn()).text(e.messageId());
        }
    }

    static Event read(ByteSource in) {
        int tag = in.get();
        return switch (tag) {
            case 1 -> new Event.Tokens(in.text(), in.text(), in.smallNumber(), in.constant(DELTAS), Shared.run(in));
            case 2 -> new Event.InputAccepted(in.text(), in.text(), in.text(), Shared.payload(in), Shared.actor(in));
            case 3 -> new Event.TurnReceived(in.text(), in.text(), Shared.actor(in), in.text(), in.flag());
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
                        Shared.usage(in));
            case 7 -> CallEvents.called(in);
            case 8 -> CallEvents.requested(in);
            case 9 -> CallEvents.resolved(in);
            case 10 -> new Event.ToolStarted(in.text());
            case 11 -> CallEvents.resulted(in);
            case 12 -> new Event.Steered(in.text(), in.text(), in.text(), Shared.actor(in), in.text());
            case 13 -> new Event.SteerResolved(in.text(), in.text(), in.flag(), in.smallNumber());
            case 14 -> new Event.Forked(in.fixed());
            case 15 -> CallEvents.voted(in);
            case 16 -> CallEvents.edited(in);
            case 17 -> new Event.ApprovalDelegated(in.text(), Shared.actor(in), in.text());
            case 18 -> new Event.ApprovalReminded(in.text(), in.smallNumber());
            case 19 -> new Event.ApprovalEscalated(in.text(), in.list(ByteSource::text));
            case 20 -> new Event.ToolGranted(in.text(), in.text(), in.text(), Shared.actor(in));
            case 21 -> new Event.GrantRevoked(in.text(), Shared.actor(in));
            case 22 -> CallEvents.claimed(in);
            case 23 -> new Event.ToolReleased(in.text(), in.smallNumber(), in.text());
            case 24 -> new Event.ToolDoubted(in.text(), in.number());
            case 25 -> new Event.ToolRetried(in.text(), Shared.actor(in), in.number());
            case 26 -> new Event.QueueReordered(in.list(ByteSource::text), Shared.actor(in));
            case 27 -> new Event.TurnRetracted(in.text(), Shared.actor(in));
            case 28 -> new Event.BranchSelected(in.text(), Shared.actor(in));
            case 29 -> new Event.StepEnded(in.text(), in.smallNumber(), Shared.usage(in));
            case 30 -> new Event.MessageSuperseded(in.text(), in.text());
            case 31 -> new Event.TurnReceived(in.text(), in.text(), Shared.actor(in), in.text(), in.flag(), in.text());
            default -> throw new MalformedBytesException("unknown event " + tag);
        };
    }
}
