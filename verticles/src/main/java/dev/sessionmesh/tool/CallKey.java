package dev.sessionmesh.tool;

import dev.sessionmesh.core.port.ToolExecutor.Call;

/**
 * The name of a call among all calls of the mesh, for ever: the same on every node and every try, which makes it the idempotency key.
 * A call's id alone is unique within its session only.
 */
public final class CallKey {
    private CallKey() {}

    public static String of(Call call) {
        return call.key().tenant() + "/" + call.key().id() + "/" + call.callId();
    }
}
