package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Command;
import java.util.List;
import java.util.Optional;

/** What a line means that somebody typed. */
sealed interface TypedLine {
    String HELP = """
            /approvals               what waits for a decision
            /inbox                   what waits for yours, in any session
            /approve [CALL ...] [--with JSON] [--remember]
                                     approve tool calls, the oldest that waits unless one is named; with other arguments;
                                     for all further calls of the tool in this session
            /reject [CALL] [REASON]  reject it
            /delegate CALL USER      let somebody else decide as well
            /grants                  the tools that need no approval any more
            /revoke GRANT            they do again
            /settle CALL ok [JSON] | error [TEXT] | retry
                                     say what became of a call in doubt
            /claim CALL              execute a front-end call here: no other tab does until you answer it, release it or leave
            /release CALL            offer it to all again
            /result CALL ok JSON | error TEXT
                                     what came of it; without a claim the first answer counts
            /steer TEXT              tell the running turn something
            /input --policy P TEXT   a message; P is enqueue, reject, interrupt, rollback, merge, latest or steer
            /cancel [TURN]           cancel a turn, by default the running one
            /queue                   the turns that wait
            /move TURN [BEFORE]      run a waiting turn before another one, or last
            /withdraw TURN           take a waiting turn back
            /edit TURN TEXT          do a turn again with other words, on a branch beside it
            /again TURN              do it again with the same words
            /branch TURN             go on with the branch of a turn
            /who                     who is here, on all nodes
            /status [TEXT]           what others see beside your name; without a text nothing
            /quit                    leave; the session goes on
            /help                    this text
            anything else            a message; a first slash is doubled: //etc is a message about /etc""";

    record Nothing() implements TypedLine {}

    /** A command that needs to know nothing of the session. */
    record Send(Command command) implements TypedLine {}

    /** @param callIds empty: the oldest that waits */
    record Approve(List<String> callIds, Optional<Object> arguments, boolean remember) implements TypedLine {
        public Approve {
            callIds = List.copyOf(callIds);
        }
    }

    /** @param words the call and the reason, or the reason alone */
    record Reject(String words) implements TypedLine {}

    record Approvals() implements TypedLine {}

    record Inbox() implements TypedLine {}

    record Claim(String callId) implements TypedLine {}

    record Release(String callId) implements TypedLine {}

    record Who() implements TypedLine {}

    /** @param text empty: nothing is said any more */
    record Status(String text) implements TypedLine {}

    record Grants() implements TypedLine {}

    record Queue() implements TypedLine {}

    record Quit() implements TypedLine {}

    record Help() implements TypedLine {}

    /** Nothing is sent. */
    record Wrong(String why) implements TypedLine {}

    static TypedLine parse(String line) {
        return LineParser.parse(line);
    }
}
