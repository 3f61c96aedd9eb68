package dev.sessionmesh.codec;

import dev.sessionmesh.core.session.Command;

/** The binary forms of decisions about tool calls; tags as in {@link EnvelopeCodec}. */
final class CallCommands {
    private static final Command.Settle.Verdict[] VERDICTS = Command.Settle.Verdict.values();

    private CallCommands() {}

    static void write(ByteSink out, Command.Decide decide) {
        out.put(3).list(decide.callIds(), ByteSink::text).flag(decide.approve()).text(decide.reason());
        out.list(decide.arguments().stream().toList(), Shared::write);
        out.text(decide.argumentsHash()).flag(decide.remember());
    }

    static Command decide(ByteSource in) {
        return new Command.Decide(
                in.list(ByteSource::text),
                in.flag(),
                in.text(),
                CallState.oneAtMost(in.list(Shared::payload)),
                in.text(),
                in.flag());
    }

    static void write(ByteSink out, Command.Settle settle) {
        out.put(20).text(settle.callId()).constant(settle.verdict());
        Shared.write(out, settle.result());
    }

    static Command settle(ByteSource in) {
        return new Command.Settle(in.text(), in.constant(VERDICTS), Shared.payload(in));
    }
}
