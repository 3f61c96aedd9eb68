package dev.sessionmesh.server.cli.attach;

import java.util.Optional;

/** What a line means that somebody typed. */
sealed interface TypedLine {
    String HELP = """
            /approve [CALL]          approve a tool call, the oldest that waits unless one is named
            /reject [CALL] [REASON]  reject it
            /steer TEXT              tell the running turn something
            /cancel                  cancel the running turn
            /quit                    leave; the session goes on
            /help                    this text
            anything else            a message; a first slash is doubled: //etc is a message about /etc""";

    record Nothing() implements TypedLine {}

    record Say(String text) implements TypedLine {}

    record Approve(Optional<String> callId) implements TypedLine {}

    /** @param words the call and the reason, or the reason alone */
    record Reject(String words) implements TypedLine {}

    record Steer(String instruction) implements TypedLine {}

    record Cancel() implements TypedLine {}

    record Quit() implements TypedLine {}

    record Help() implements TypedLine {}

    record Wrong(String why) implements TypedLine {}

    static TypedLine parse(String line) {
        String text = line.strip();
        if (text.isEmpty()) {
            return new Nothing();
        }
        if (text.startsWith("//")) {
            return new Say(text.substring(1));
        }
        if (!text.startsWith("/")) {
            return new Say(text);
        }
        String[] parts = text.split("\\s+", 2);
        String rest = parts.length > 1 ? parts[1] : "";
        return switch (parts[0]) {
            case "/approve" -> new Approve(rest.isEmpty() ? Optional.empty() : Optional.of(rest));
            case "/reject" -> new Reject(rest);
            case "/steer" -> rest.isEmpty() ? new Wrong("/steer what?") : new Steer(rest);
            case "/cancel" -> new Cancel();
            case "/quit" -> new Quit();
            case "/help" -> new Help();
            default -> new Wrong("no command " + parts[0] + "; /help lists them");
        };
    }
}
