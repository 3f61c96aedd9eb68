package dev.sessionmesh.provider.openai;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.provider.openai.ChatChunk.CallDelta;
import dev.sessionmesh.trace.About;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the model, over as many exchanges as it takes: one that brought nothing is tried again after a while, one that broke off
 * is continued from its last character. Tool calls are handed out when all of them are complete, so that a broken exchange leaves
 * none behind.
 */
final class ChatStep implements Provider.Step, Exchange.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ChatStep.class);

    private final Exchange.Line line;
    private final DoubleSupplier random;
    private final Provider.Request request;
    private final Provider.Sink sink;
    private final OpenAiLimits limits;
    private final StringBuilder said;
    private List<String> steers = List.of();
    private @Nullable ChatRequest body;
    private @Nullable Exchange exchange;
    private CallAssembly calls;
    private Seam seam;
    private String half = "";
    private String finish = "";
    private Usage usage = Usage.UNKNOWN;
    private Usage spent = Usage.UNKNOWN;
    private boolean spoke;
    private boolean heard;
    private boolean thought;
    private boolean thoughtNow;
    private boolean paused;
    private boolean over;
    private int retries;
    private int continuations;
    private long timer = -1;

    ChatStep(Exchange.Line line, DoubleSupplier random, Provider.Request request, Provider.Sink sink) {
        this.line = line;
        this.random = random;
        this.request = request;
        this.sink = sink;
        this.limits = line.settings().limits();
        this.said = new StringBuilder(request.resumed());
        this.calls = new CallAssembly(limits);
        this.seam = new Seam("", false);
        this.thought = hasThought(request);
    }

    void begin(ChatRequest prepared) {
        body = prepared;
        steers = request.conversation().items(request.turn()).stream()
                .filter(Conversation.Steering.class::isInstance)
                .map(item -> ((Conversation.Steering) item).id())
                .toList();
        if (!request.resumed().isEmpty() && line.settings().continuation() == Continuation.RESTART) {
            end(new Provider.End.Restart("interrupted", "what runs the turn was lost in the middle of a step"));
        } else {
            attempt();
        }
    }

    void fail(Fault fault) {
        if (!over) {
            String reason = line.settings().key().scrub(fault.reason());
            // The reason is the model server's, and may quote what somebody said.
            about().debug(LOG).log("step failed: {}", fault.code());
            end(new Provider.End.Failed(fault.code(), reason));
        }
    }

    private About about() {
        return About.of(request.key(), request.turn()).at(request.trace());
    }

    @Override
    public void pause() {
        paused = true;
        if (exchange != null) {
            exchange.pause();
        }
    }

    @Override
    public void resume() {
        paused = false;
        if (exchange != null) {
            exchange.resume();
        }
    }

    @Override
    public void cancel() {
        over = true;
        line.vertx().cancelTimer(timer);
        if (exchange != null) {
            exchange.drop();
        }
    }

    private void attempt() {
        if (over || body == null) {
            return;
        }
        calls = new CallAssembly(limits);
        boolean asked = line.settings().continuation() == Continuation.ASK;
        seam = new Seam(said.toString(), asked);
        half = "";
        finish = "";
        spent = spent.plus(usage);
        usage = Usage.UNKNOWN;
        spoke = false;
        thoughtNow = false;
        Exchange next = new Exchange(line, this);
        exchange = next;
        if (paused) {
            next.pause();
        }
        next.open(body.body(said.toString()), request.trace());
    }

    @Override
    public void event(JsonObject event) {
        ChatChunk chunk = ChatChunk.read(event);
        if (!heard) {
            heard = true;
            steers.forEach(sink::steered);
        }
        think(chunk.reasoning());
        say(seam.accept(chunk.text()));
        for (CallDelta delta : chunk.calls()) {
            calls.add(delta);
        }
        finish = chunk.finish().isEmpty() ? finish : chunk.finish();
        usage = chunk.usage().equals(Usage.UNKNOWN) ? usage : chunk.usage();
    }

    @Override
    public void finished() {
        if (finish.isEmpty()) {
            broken(Fault.passing("truncated", "the answer ended before the model had finished"));
            return;
        }
        say(seam.end());
        try {
            conclude();
        } catch (Fault.Raised raised) {
            fail(raised.fault());
        }
    }

    @Override
    public void broken(Fault fault) {
        exchange = null;
        if (over) {
            return;
        }
        if (!finish.isEmpty() && fault.transientFault()) {
            finished();
            return;
        }
        // What the seam still holds is a repetition that was cut short: it is asked for again.
        if (!fault.transientFault() || fault.retryAfter().compareTo(limits.retryAfter()) > 0) {
            fail(fault);
        } else if (spoke && line.settings().continuation() == Continuation.RESTART) {
            end(new Provider.End.Restart(fault.code(), line.settings().key().scrub(fault.reason())));
        } else if (spoke && continuations < limits.continuations()) {
            continuations++;
            about().debug(LOG).log("{}, going on behind {} characters", fault.code(), said.length());
            attempt();
        } else if (!spoke && retries < limits.retries()) {
            Duration wait = wait(fault);
            retries++;
            about().debug(LOG).log("{}, trying again in {}", fault.code(), wait);
            timer = line.vertx().setTimer(Math.max(1, wait.toMillis()), due -> attempt());
        } else {
            fail(fault);
        }
    }

    /** What the server asks for, else a doubling wait; both with jitter, so that those who failed together don't return together. */
    private Duration wait(Fault fault) {
        Duration least = fault.retryAfter().isNegative() ? Duration.ZERO : fault.retryAfter();
        long backoff = limits.backoff().toMillis() << retries;
        return least.plusMillis(Math.round(backoff * random.getAsDouble()));
    }

    private void conclude() {
        switch (finish) {
            case "length" -> throw failure("length", "the answer reached the model's length limit");
            case "content_filter" ->
                throw failure("content_filter", "the model server's content filter stopped the answer");
            case "error" -> throw failure("model_error", "the model server reported an error");
            default -> {
                Usage whole = spent.plus(usage);
                if (calls.isEmpty()) {
                    if (finish.equals("tool_calls")) {
                        throw failure("bad_tool_call", "the model announced tool calls and made none");
                    }
                    end(new Provider.End.Stop(whole));
                } else {
                    hand(calls.finished());
                    end(new Provider.End.Continue(whole));
                }
            }
        }
    }

    private void hand(List<CallAssembly.Assembled> assembled) {
        for (CallAssembly.Assembled call : assembled) {
            if (!over) {
                sink.call(call.name(), Payload.of(call.arguments()));
            }
        }
    }

    private void say(String text) {
        // Half a character may come alone: it waits for its other half.
        String whole = half + text;
        boolean cut = !whole.isEmpty() && Character.isHighSurrogate(whole.charAt(whole.length() - 1));
        half = cut ? whole.substring(whole.length() - 1) : "";
        String ready = whole.substring(0, whole.length() - half.length());
        if (!ready.isEmpty() && !over) {
            said.append(ready);
            spoke = true;
            sink.piece(DeltaKind.TEXT, ready);
        }
    }

    private void think(String text) {
        if (!text.isEmpty() && !over) {
            String fresh = thought && !thoughtNow ? "\n\n" + text : text;
            thought = true;
            thoughtNow = true;
            spoke = true;
            sink.piece(DeltaKind.REASONING, fresh);
        }
    }

    private void end(Provider.End how) {
        if (!over) {
            over = true;
            sink.end(how);
        }
    }

    private static Fault.Raised failure(String code, String reason) {
        return new Fault.Raised(Fault.lasting(code, reason));
    }

    private static boolean hasThought(Provider.Request request) {
        return request.conversation().items(request.turn()).stream()
                .filter(item -> item instanceof Conversation.Said said && !said.complete())
                .flatMap(item -> ((Conversation.Said) item).parts().stream())
                .anyMatch(part -> part.kind() == DeltaKind.REASONING);
    }
}
