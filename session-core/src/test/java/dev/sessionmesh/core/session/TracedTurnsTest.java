package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Payload;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where a turn's trace goes on is part of the session, so that whoever takes it over knows. */
class TracedTurnsTest {
    private static final String ONE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String TWO = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-00";

    private final Primary primary = new Primary(Limits.DEFAULT);
    private int sent;

    private void send(Command command, String trace) {
        CommandId id = CommandId.parse("c" + ++sent);
        primary.submit(new Envelope(KEY, id, sent, Origin.of(ALICE).at(trace), primary.now(), 0, command));
    }

    private void internal(Command command) {
        primary.submit(Envelope.internal(KEY, primary.now(), 0, command));
    }

    private String trace(String turn) {
        return primary.state().turn(turn).orElseThrow().trace();
    }

    private static Command.Input said(String text, InputPolicy policy) {
        return new Command.Input(Payload.of(text), Optional.of(policy));
    }

    @Test
    void a_turn_keeps_the_trace_of_its_input_through_takeovers() {
        send(said("hello", InputPolicy.ENQUEUE), ONE);
        send(said("more", InputPolicy.ENQUEUE), TWO);
        send(said("unheard of", InputPolicy.ENQUEUE), "");
        internal(new Command.Claim("t1", 0, 0, N1));
        internal(new Command.Claim(
                "t1", 1, primary.state().turn("t1").orElseThrow().beat(), N2));
        assertEquals(2, primary.state().turn("t1").orElseThrow().runEpoch());
        assertEquals(ONE, trace("t1"));
        assertEquals(TWO, trace("t2"));
        assertEquals("", trace("t3"));
    }

    @Test
    void the_log_alone_gives_it_too() {
        send(said("hello", InputPolicy.ENQUEUE), ONE);
        State again = primary.state().atStart();
        for (var batch : primary.log()) {
            again = primary.session().replay(again, batch);
        }
        assertEquals(ONE, again.turn("t1").orElseThrow().trace());
    }

    @Test
    void a_turn_that_is_done_again_has_the_trace_of_who_asked_again() {
        send(said("hello", InputPolicy.ENQUEUE), ONE);
        send(new Command.Redo("t1", Optional.empty(), InputPolicy.INTERRUPT), TWO);
        assertEquals(TWO, trace("t2"));
        send(new Command.Redo("t2", Optional.of(Payload.of("hi")), InputPolicy.INTERRUPT), ONE);
        assertEquals(ONE, trace("t3"));
    }

    @Test
    void an_input_that_was_to_steer_and_was_not_heard_goes_on_in_the_trace_of_the_turn() {
        send(said("hello", InputPolicy.ENQUEUE), ONE);
        internal(new Command.Claim("t1", 0, 0, N1));
        send(said("shorter", InputPolicy.STEER), TWO);
        internal(new Command.Produce(
                "t1", 1, 1, java.util.List.of(new Output.End(TurnStatus.COMPLETED, "", "", Usage.UNKNOWN))));
        assertEquals(ONE, trace("t2"));
    }
}
