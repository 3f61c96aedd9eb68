package dev.sessionmesh.telemetry.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.TraceParent;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.trace.About;
import dev.sessionmesh.trace.Span;
import dev.sessionmesh.trace.Traces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OtelTracesTest {
    private static final SessionKey KEY = new SessionKey("acme", "s1");
    private static final String CLIENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String UNSAMPLED = CLIENT.substring(0, 53) + "00";
    private static final long AT = 1_750_000_000_000L;

    private final Kept kept = new Kept();

    private TraceExport node(String name, double ratio, boolean tenants, boolean content) {
        TraceSettings settings =
                new TraceSettings(URI.create("http://127.0.0.1:4318"), ratio, Optional.empty(), tenants, content);
        return TraceExport.to(kept, settings, new TraceExport.Node(name, name + "-1"));
    }

    private static Turn turn(String trace) {
        State state = State.create(KEY, Profile.ofModel("scripted:test"), 42, AT);
        Event received = new Event.TurnReceived("t1", "c1", Actor.ANONYMOUS, "", false, trace);
        return new Session(Limits.DEFAULT)
                .replay(state, new EventBatch(1, AT, List.of(received)))
                .turn("t1")
                .orElseThrow();
    }

    private static About about(int epoch, String place) {
        return About.of(KEY, "t1", epoch).at(place);
    }

    private static String text(SpanData span, String name) {
        return span.getAttributes().get(AttributeKey.stringKey(name));
    }

    @Test
    void every_stage_is_a_child_of_the_one_that_it_follows_from() {
        try (TraceExport node = node("n1", 1, false, false)) {
            Traces traces = node.traces();
            Span input = traces.command("input", About.of(KEY).at(CLIENT));
            Span append = traces.append(About.of(KEY).at(input.place()));
            append.end();
            input.end();
            Span turn = traces.turn(about(1, ""), turn(append.place()));
            Span step = traces.step(about(1, turn.place()), "openai", "gpt-4.1-mini");
            Span tool = traces.tool(about(1, turn.place()), "deploy", "k1");
            tool.fail("error");
            step.with("gen_ai.usage.input_tokens", 7).end();
            turn.end();
            traces.delivery(about(0, append.place()), "end", 5_000_000).end();
            assertEquals(TraceParent.LENGTH, step.place().length());
        }
        SpanData input = kept.one("input");
        assertEquals("b7ad6b7169203331", input.getParentSpanId());
        assertEquals(input.getSpanId(), kept.one("append").getParentSpanId());
        assertEquals(kept.one("append").getSpanId(), kept.one("turn").getParentSpanId());
        assertEquals(kept.one("turn").getSpanId(), kept.one("chat gpt-4.1-mini").getParentSpanId());
        assertEquals(
                kept.one("turn").getSpanId(), kept.one("execute_tool deploy").getParentSpanId());
        assertEquals(kept.one("append").getSpanId(), kept.one("deliver").getParentSpanId());
        kept.spans().forEach(span -> assertEquals("0af7651916cd43dd8448eb211c80319c", span.getTraceId()));
        assertEquals("openai", text(kept.one("chat gpt-4.1-mini"), "gen_ai.provider.name"));
        assertEquals("t1", text(kept.one("turn"), "sessionmesh.turn"));
        assertEquals(
                StatusCode.ERROR, kept.one("execute_tool deploy").getStatus().getStatusCode());
        assertEquals("error", text(kept.one("execute_tool deploy"), "error.type"));
        SpanData deliver = kept.one("deliver");
        long lasted = deliver.getEndEpochNanos() - deliver.getStartEpochNanos();
        assertTrue(lasted >= 4_000_000 && lasted < 5_000_000_000L, "it began when it came here: " + lasted);
        assertEquals("n1", deliver.getResource().getAttribute(AttributeKey.stringKey("sessionmesh.node")));
    }

    @Test
    void who_takes_a_turn_over_links_to_the_run_before_without_having_been_told_of_it() {
        for (String trace : List.of(CLIENT, "")) {
            kept.spans().clear();
            try (TraceExport first = node("n1", 1, false, false)) {
                first.traces().turn(about(1, ""), turn(trace)).end();
            }
            try (TraceExport second = node("n2", 1, false, false)) {
                second.traces().turn(about(2, ""), turn(trace)).end();
            }
            SpanData before = kept.spans().getFirst();
            SpanData after = kept.spans().getLast();
            assertEquals(List.of(), before.getLinks());
            assertEquals(
                    List.of(before.getTraceId() + " " + before.getSpanId() + " 01"),
                    after.getLinks().stream().map(OtelTracesTest::linked).toList());
            assertEquals(before.getTraceId(), after.getTraceId());
            assertEquals(before.getParentSpanId(), after.getParentSpanId());
            assertNotEquals(before.getSpanId(), after.getSpanId());
            assertEquals(false, before.getAttributes().get(AttributeKey.booleanKey("sessionmesh.takeover")));
            assertEquals(true, after.getAttributes().get(AttributeKey.booleanKey("sessionmesh.takeover")));
        }
    }

    private static String linked(LinkData link) {
        return link.getSpanContext().getTraceId() + " " + link.getSpanContext().getSpanId() + " "
                + link.getSpanContext().getTraceFlags().asHex();
    }

    @Test
    void two_turns_are_two_runs_also_in_one_trace() {
        Turn one = turn(CLIENT);
        Turn other = turn(UNSAMPLED);
        assertNotEquals(Ids.Run.of(KEY, one, 1), Ids.Run.of(KEY, other, 1));
        assertNotEquals(Ids.Run.of(KEY, one, 1).span(), Ids.Run.of(KEY, one, 2).span());
        assertEquals(Ids.Run.of(KEY, one, 1).trace(), Ids.Run.of(KEY, one, 2).trace());
        assertNotEquals(
                Ids.Run.of(KEY, one, 1).span(),
                Ids.Run.of(new SessionKey("acme", "s2"), one, 1).span());
    }

    @Test
    void what_is_not_sampled_is_not_kept_and_neither_is_what_follows_from_it() {
        try (TraceExport node = node("n1", 0, false, false);
                TraceExport eager = node("n2", 1, false, false)) {
            Span input = node.traces().command("input", About.of(KEY));
            assertTrue(input.place().endsWith("-00"), input.place());
            assertFalse(input.hears());
            input.end();
            eager.traces().turn(about(1, ""), turn(input.place())).end();
            eager.traces().command("input", About.of(KEY).at(UNSAMPLED)).end();
            assertEquals(List.of(), kept.spans());
            node.traces().command("input", About.of(KEY).at(CLIENT)).end();
        }
        assertEquals(1, kept.spans().size(), "the client wanted it");
    }

    @Test
    void all_nodes_sample_a_turn_alike_that_has_no_trace() {
        int sampled = 0;
        try (TraceExport first = node("n1", 0.5, false, false);
                TraceExport second = node("n2", 0.5, false, false)) {
            for (int i = 0; i < 64; i++) {
                About run = About.of(new SessionKey("acme", "s" + i), "t1", 1);
                String here = first.traces().turn(run, turn("")).place();
                String there = second.traces().turn(run, turn("")).place();
                assertEquals(here, there);
                sampled += here.endsWith("-01") ? 1 : 0;
            }
        }
        assertTrue(sampled > 10 && sampled < 54, sampled + " of 64");
    }

    @Test
    void nothing_that_was_said_and_no_tenant_is_kept_unless_it_was_asked_for() {
        try (TraceExport quiet = node("n1", 1, false, false);
                TraceExport frank = node("n2", 1, true, true)) {
            quiet.traces()
                    .command("quiet", About.of(KEY))
                    .saying("sessionmesh.input", "a secret")
                    .end();
            frank.traces()
                    .command("frank", About.of(KEY))
                    .saying("sessionmesh.input", "x".repeat(9_000))
                    .end();
        }
        assertNull(text(kept.one("quiet"), "sessionmesh.input"));
        assertNull(text(kept.one("quiet"), "sessionmesh.tenant"));
        assertEquals("x".repeat(8_192), text(kept.one("frank"), "sessionmesh.input"));
        assertEquals("acme", text(kept.one("frank"), "sessionmesh.tenant"));
    }

    @Test
    void the_first_end_counts() {
        try (TraceExport node = node("n1", 1, false, false)) {
            Span step = node.traces().step(about(1, CLIENT), "scripted", "");
            step.end();
            step.fail("cancelled");
        }
        assertEquals(StatusCode.UNSET, kept.one("chat").getStatus().getStatusCode());
        assertNull(text(kept.one("chat"), "error.type"));
    }
}
