package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is here, and what a tab says of itself. */
final class PresenceTest {
    private final OwnPresence own = new OwnPresence("s1");
    private final Attendance attendance = new Attendance();

    private void see(String fields) {
        attendance.see(Presence.read(new JsonObject(("{" + fields + "}").replace('\'', '"'))));
    }

    private static JsonObject says(String fields) {
        return new JsonObject(("{'session':'s1'," + fields + "}").replace('\'', '"'));
    }

    private List<String> here() {
        return attendance.here().stream().map(Presence.Attendee::tab).toList();
    }

    private List<String> left() {
        return attendance.left().stream().map(Presence.Departed::tab).toList();
    }

    @Test
    void what_changes_within_a_moment_is_said_at_once_and_in_one_frame() {
        own.attached(0, 1_000);
        own.focus("page 1");
        assertEquals(List.of(says("'type':'presence','focus':'page 1'")), own.due(1_000));
        own.focus("page 2");
        own.status("busy");
        own.read(7);
        own.read(5);
        assertEquals(1_250, own.wakeAtMs());
        assertEquals(List.of(), own.due(1_249));
        assertEquals(
                List.of(says("'type':'presence','focus':'page 2','status':'busy'"), says("'type':'read','seq':7")),
                own.due(1_250));
        assertEquals(Long.MAX_VALUE, own.wakeAtMs());
    }

    @Test
    void another_attachment_is_told_all_of_it_anew() {
        own.attached(0, 0);
        own.watch(true);
        own.focus("page 1");
        own.status("busy");
        own.status("");
        own.read(7);
        own.typing(true, 0);
        own.due(0);
        own.attached(5, 2_000);
        assertEquals(
                List.of(
                        says("'type':'presence','watch':true,'typing':true,'focus':'page 1'"),
                        says("'type':'read','seq':5")),
                own.due(2_000));
        own.attached(5, 60_000);
        own.watch(false);
        assertEquals(
                List.of(says("'type':'presence','watch':false,'focus':'page 1'"), says("'type':'read','seq':5")),
                own.due(60_000),
                "nobody types any more");
    }

    @Test
    void typing_is_said_again_only_so_often() {
        own.attached(0, 0);
        int said = 0;
        for (long now = 0; now < 12_000; now += 100) {
            own.typing(true, now);
            said += own.due(now).size();
        }
        assertEquals(4, said);
        own.typing(false, 12_000);
        assertEquals(List.of(says("'type':'presence','typing':false")), own.due(12_000));
    }

    @Test
    void those_who_are_here_and_the_devices_that_left_are_kept() {
        see("'full':true,'more':2,'here':[{'tab':'x','user':'ada'},{'tab':'y','user':'bob','device':'phone'}],"
                + "'left':[{'tab':'v','user':'cy'}]");
        assertEquals(List.of("x", "y"), here());
        assertEquals(List.of("v"), left());
        assertEquals(2, attendance.more());
        see("'here':[{'tab':'x','user':'ada','typing':true},{'tab':'t1','user':'n1','kind':'agent'}],"
                + "'left':[{'tab':'y','user':'bob','device':'phone'}]");
        assertEquals(List.of("x", "t1"), here());
        assertEquals(true, attendance.here().getFirst().typing());
        assertEquals(List.of("y", "v"), left());
        assertEquals(0, attendance.more());
        see("'here':[{'tab':'z','user':'bob','device':'phone'}],'left':[{'tab':'t1'}]");
        assertEquals(List.of("x", "z"), here());
        assertEquals(List.of("v"), left(), "bob's phone is back");
    }
}
