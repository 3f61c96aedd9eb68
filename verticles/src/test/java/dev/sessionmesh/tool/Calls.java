package dev.sessionmesh.tool;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.port.ToolExecutor.Call;
import dev.sessionmesh.core.port.ToolExecutor.Execution;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Calls as a runner makes them. */
public final class Calls {
    public static final SessionKey KEY = new SessionKey("acme", "s1");
    /** Where in a trace the calls are. */
    public static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private Calls() {}

    public static ToolSpec tool(String name, String source, ApprovalPolicy approval) {
        return new ToolSpec(name, "", "", ToolSpec.Executor.SERVER, source, false, approval, ToolSpec.Target.ANY);
    }

    public static Call call(String tool, String source, String arguments) {
        return new Call(KEY, tool(tool, source, ApprovalPolicy.NEVER), "k1", Payload.of(arguments), TRACE);
    }

    /** A session whose agent has these tools. */
    public static Profile profile(ToolSpec... tools) {
        Profile plain = Profile.ofModel("scripted");
        return new Profile(
                plain.model(),
                plain.instructions(),
                plain.memory(),
                List.of(tools),
                plain.metadata(),
                plain.inputPolicy(),
                plain.budget());
    }

    public static Result await(Execution execution) throws Exception {
        return execution.result().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    public static String text(Result result) {
        return result.payload() instanceof Payload.Inline(String text) ? text : "a blob";
    }
}
