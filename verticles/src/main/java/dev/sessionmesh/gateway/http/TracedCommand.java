package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.trace.About;
import dev.sessionmesh.trace.Span;
import io.vertx.core.Future;
import java.util.Locale;

/** A client's command on its way in, told to whoever collects traces. */
public final class TracedCommand {
    private TracedCommand() {}

    /**
     * Submits it.
     *
     * @param frame the client's place in a trace as the command itself says; else that of the envelope's origin counts
     */
    public static Future<Outcome<Appended>> submit(
            SessionService service, Identity.Caller caller, Envelope envelope, String frame) {
        if (!service.traces().on()) {
            return service.submit(caller.access(), envelope.traced(""));
        }
        String parent = frame.isEmpty() ? envelope.origin().trace() : frame;
        Span span = service.traces()
                .command(name(envelope.command()), About.of(envelope.key()).at(parent));
        if (envelope.command() instanceof Command.Input(Payload.Inline(String text), var policy)) {
            span.saying("sessionmesh.input", text);
        }
        return service.submit(caller.access(), envelope.traced(span.place())).onComplete(done -> {
            if (done.failed()) {
                span.fail("internal");
            } else if (done.result() instanceof Outcome.Refused<Appended> refused) {
                span.fail(refused.code().wire());
            } else {
                span.end();
            }
        });
    }

    /** {@code input}, {@code tool_result}, ... */
    private static String name(Command command) {
        return command.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }
}
