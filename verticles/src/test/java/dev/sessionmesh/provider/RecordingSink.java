package dev.sessionmesh.provider;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.DeltaKind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Remembers everything that a step delivers. */
public final class RecordingSink implements Provider.Sink {
    public record Called(String tool, String arguments) {}

    /** A call of a tool that the provider brings itself. */
    public record OwnCall(String tool, String arguments, Executor executor, boolean approval) {}

    public final List<String> pieces = new ArrayList<>();
    public final List<Called> calls = new ArrayList<>();
    public final List<OwnCall> ownCalls = new ArrayList<>();
    public final List<String> steered = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final Promise<Provider.End> end = Promise.promise();
    private IntConsumer onPiece = count -> {};

    /** Told how many pieces there are, at each of them. */
    public RecordingSink onPiece(IntConsumer listener) {
        onPiece = listener;
        return this;
    }

    public String text() {
        return text.toString();
    }

    public String reasoning() {
        return reasoning.toString();
    }

    public Future<Provider.End> end() {
        return end.future();
    }

    @Override
    public void piece(DeltaKind kind, String piece) {
        pieces.add(piece);
        (kind == DeltaKind.REASONING ? reasoning : text).append(piece);
        onPiece.accept(pieces.size());
    }

    @Override
    public void call(String tool, Payload arguments) {
        calls.add(new Called(tool, ((Payload.Inline) arguments).text()));
    }

    @Override
    public void call(String tool, Payload arguments, Executor executor, boolean approval) {
        ownCalls.add(new OwnCall(tool, ((Payload.Inline) arguments).text(), executor, approval));
    }

    @Override
    public void steered(String steerId) {
        steered.add(steerId);
    }

    @Override
    public void end(Provider.End how) {
        end.complete(how);
    }
}
