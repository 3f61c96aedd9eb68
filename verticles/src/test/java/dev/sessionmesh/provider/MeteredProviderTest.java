package dev.sessionmesh.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.Exposition;
import dev.sessionmesh.telemetry.metrics.Metrics;
import dev.sessionmesh.telemetry.metrics.ScrapedPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class MeteredProviderTest {
    private final Metrics metrics = new Metrics(Catalogue.load());
    private final List<String> heard = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    @Test
    void a_step_is_counted_by_how_it_ended_with_what_it_cost_and_passes_as_it_is() {
        AtomicReference<Provider.Sink> sink = new AtomicReference<>();
        Provider.Step step = start(sink::set);
        sink.get().piece(DeltaKind.TEXT, "a");
        sink.get().piece(DeltaKind.TEXT, "b");
        step.pause();
        step.resume();
        sink.get().end(new Provider.End.Stop(new Usage(7, 2)));
        step.cancel();
        assertEquals(List.of("a", "b", "end"), heard);
        assertEquals(List.of("pause", "resume", "cancel"), asked);
        assertEquals(1, value("sessionmesh_model_first_token_seconds_count", "provider", "p"));
        assertEquals(1, steps("stop"));
        assertEquals(0, steps("cancelled"), "it was over");
        assertEquals(7, value("sessionmesh_model_tokens_total", "provider", "p", "direction", "input"));
        assertEquals(2, value("sessionmesh_model_tokens_total", "provider", "p", "direction", "output"));
    }

    @Test
    void a_call_is_a_word_too_and_what_is_not_counted_costs_nothing() {
        start(sink -> {
            sink.call("search", Payload.of("{}"));
            sink.end(new Provider.End.Continue(Usage.UNKNOWN));
        });
        assertEquals(1, value("sessionmesh_model_first_token_seconds_count", "provider", "p"));
        assertEquals(1, steps("continue"));
        assertEquals(0, value("sessionmesh_model_tokens_total", "provider", "p", "direction", "input"));
    }

    @Test
    void failures_are_counted_by_their_code_and_strange_ones_together() {
        start(sink -> sink.end(new Provider.End.Failed("rate_limited", "slow down")));
        start(sink -> sink.end(new Provider.End.Restart("interrupted", "lost")));
        start(sink -> sink.end(new Provider.End.Failed("mercury_in_retrograde", "stars")));
        assertThrows(
                IllegalStateException.class,
                () -> start(sink -> {
                    throw new IllegalStateException("bug");
                }));
        assertEquals(3, steps("failed"));
        assertEquals(1, steps("restart"));
        for (String code : List.of("rate_limited", "interrupted", "other", "provider_error")) {
            assertEquals(1, value("sessionmesh_model_errors_total", "provider", "p", "code", code), code);
        }
        assertEquals(0, value("sessionmesh_model_first_token_seconds_count", "provider", "p"));
    }

    @Test
    void a_step_that_nobody_wants_any_more_is_cancelled() {
        Provider.Step step = start(sink -> {});
        step.cancel();
        step.cancel();
        assertEquals(1, steps("cancelled"));
    }

    private interface Said {
        void to(Provider.Sink sink);
    }

    private Provider.Step start(Said said) {
        Provider measured = (request, sink) -> {
            said.to(sink);
            return new Provider.Step() {
                @Override
                public void pause() {
                    asked.add("pause");
                }

                @Override
                public void resume() {
                    asked.add("resume");
                }

                @Override
                public void cancel() {
                    asked.add("cancel");
                }
            };
        };
        return new MeteredProvider(measured, "p", metrics)
                .start(
                        new Provider.Request(
                                new SessionKey("default", "s1"),
                                Profile.ofModel("p"),
                                List.of(),
                                "",
                                new Conversation(),
                                "t1",
                                ""),
                        new Heard());
    }

    private final class Heard implements Provider.Sink {
        @Override
        public void piece(DeltaKind kind, String piece) {
            heard.add(piece);
        }

        @Override
        public void call(String tool, Payload arguments) {
            heard.add(tool);
        }

        @Override
        public void call(String tool, Payload arguments, Executor executor, boolean approval) {
            heard.add(tool);
        }

        @Override
        public void steered(String steerId) {}

        @Override
        public void end(Provider.End end) {
            heard.add("end");
        }
    }

    private double steps(String outcome) {
        return value("sessionmesh_model_step_seconds_count", "provider", "p", "outcome", outcome);
    }

    private double value(String name, String... labels) {
        return ScrapedPage.of(new String(Exposition.of(metrics, "").body(), StandardCharsets.UTF_8))
                .value(name, labels);
    }
}
