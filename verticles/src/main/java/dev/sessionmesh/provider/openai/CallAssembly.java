package dev.sessionmesh.provider.openai;

import dev.sessionmesh.provider.openai.ChatChunk.CallDelta;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Puts tool calls together from deltas, several of them growing at once. */
final class CallAssembly {
    /** A finished call; its arguments are a JSON object. */
    record Assembled(String name, String arguments) {}

    private static final class Growing {
        private final int index;
        private final String id;
        private final StringBuilder name = new StringBuilder();
        private final StringBuilder arguments = new StringBuilder();

        private Growing(int index, String id) {
            this.index = index;
            this.id = id;
        }
    }

    private final OpenAiLimits limits;
    private final List<Growing> calls = new ArrayList<>();

    CallAssembly(OpenAiLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    void add(CallDelta delta) {
        Growing call = callOf(delta);
        // The name comes once, in pieces, or whole with every delta.
        if (!delta.name().contentEquals(call.name)) {
            call.name.append(delta.name());
        }
        call.arguments.append(delta.arguments());
        if (call.arguments.length() > limits.argumentChars()) {
            throw broken("the arguments of " + call.name + " exceed " + limits.argumentChars() + " characters");
        }
    }

    List<Assembled> finished() {
        List<Assembled> finished = new ArrayList<>();
        for (Growing call : calls) {
            String arguments = call.arguments.toString().strip();
            finished.add(new Assembled(call.name.toString(), arguments.isEmpty() ? "{}" : checked(call, arguments)));
        }
        return finished;
    }

    /** By index; but some servers leave it out, or send 0 for every call: then a new id means a new call. */
    private Growing callOf(CallDelta delta) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            Growing call = calls.get(i);
            boolean sameId = delta.id().isEmpty() || call.id.equals(delta.id());
            if (sameId && (delta.index() < 0 || call.index == delta.index())) {
                return call;
            }
        }
        if (calls.size() >= limits.calls()) {
            throw broken("the model made more than " + limits.calls() + " tool calls at once");
        }
        Growing fresh = new Growing(delta.index(), delta.id());
        calls.add(fresh);
        return fresh;
    }

    private static String checked(Growing call, String arguments) {
        try {
            return new JsonObject(arguments).encode();
        } catch (DecodeException notJson) {
            throw broken("the arguments of " + call.name + " are not a JSON object");
        }
    }

    private static Fault.Raised broken(String reason) {
        return new Fault.Raised(Fault.lasting("bad_tool_call", reason));
    }
}
