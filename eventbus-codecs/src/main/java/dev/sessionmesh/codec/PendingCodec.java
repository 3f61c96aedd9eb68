package dev.sessionmesh.codec;

import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.core.session.ToolCall;
import java.util.List;

/** Pending approvals in bytes: what a node tells another one of the sessions that it owns. */
public final class PendingCodec {
    public static final int VERSION = 1;

    private PendingCodec() {}

    public static byte[] encode(List<PendingApproval> pending) {
        return new ByteSink()
                .put(VERSION)
                .list(pending, (out, one) -> {
                    Shared.write(out, one.key());
                    CallState.write(out, one.call());
                })
                .toBytes();
    }

    public static List<PendingApproval> decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "pending approvals");
            return in.list(PendingCodec::read);
        });
    }

    private static PendingApproval read(ByteSource in) {
        var key = Shared.key(in);
        ToolCall call = CallState.call(in);
        return new PendingApproval(
                key,
                call,
                call.approval().orElseThrow(() -> new MalformedBytesException("a call without an approval")));
    }
}
