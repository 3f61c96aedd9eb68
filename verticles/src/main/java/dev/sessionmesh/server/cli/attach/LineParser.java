package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Command.InputPolicy;
import dev.sessionmesh.client.Command.Verdict;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lines to commands. What makes no sense is said, and never sent as a message. */
final class LineParser {
    private static final String WITH = "--with";
    private static final String REMEMBER = "--remember";
    private static final String POLICY = "--policy";

    /** Why a line makes no sense. */
    private static final class Unclear extends RuntimeException {
        private final String why;

        Unclear(String why) {
            super(why, null, false, false);
            this.why = why;
        }
    }

    private LineParser() {}

    static TypedLine parse(String line) {
        String text = line.strip();
        if (text.isEmpty()) {
            return new TypedLine.Nothing();
        }
        if (text.startsWith("//")) {
            return say(text.substring(1), Optional.empty());
        }
        if (!text.startsWith("/")) {
            return say(text, Optional.empty());
        }
        String[] parts = text.split("\\s+", 2);
        try {
            return command(parts[0], parts.length > 1 ? parts[1] : "");
        } catch (Unclear unclear) {
            return new TypedLine.Wrong(unclear.why);
        }
    }

    private static TypedLine command(String name, String rest) {
        return switch (name) {
            case "/approvals" -> alone(name, rest, new TypedLine.Approvals());
            case "/inbox" -> alone(name, rest, new TypedLine.Inbox());
            case "/who" -> alone(name, rest, new TypedLine.Who());
            case "/grants" -> alone(name, rest, new TypedLine.Grants());
            case "/queue" -> alone(name, rest, new TypedLine.Queue());
            case "/quit" -> alone(name, rest, new TypedLine.Quit());
            case "/help" -> new TypedLine.Help();
            case "/approve" -> approve(rest);
            case "/reject" -> new TypedLine.Reject(rest);
            case "/delegate" -> {
                String call = id('k', "call", name, first(rest));
                yield send(new Command.Delegate(call, required(after(rest), "/delegate " + call + " to whom?")));
            }
            case "/revoke" -> send(new Command.RevokeGrant(id('g', "grant", name, rest)));
            case "/settle" -> settle(rest);
            case "/claim" -> new TypedLine.Claim(id('k', "call", name, rest));
            case "/release" -> new TypedLine.Release(id('k', "call", name, rest));
            case "/result" -> result(rest);
            case "/status" -> new TypedLine.Status(rest);
            case "/steer" -> send(new Command.Steer(required(rest, "/steer what?"), Optional.empty()));
            case "/input" -> input(rest);
            case "/cancel" ->
                send(new Command.Cancel(rest.isEmpty() ? Optional.empty() : Optional.of(id('t', "turn", name, rest))));
            case "/move" -> {
                String turn = id('t', "turn", name, first(rest));
                String before = after(rest);
                yield send(new Command.Reorder(
                        turn, before.isEmpty() ? Optional.empty() : Optional.of(id('t', "turn", name, before))));
            }
            case "/withdraw" -> send(new Command.Withdraw(id('t', "turn", name, rest)));
            case "/edit" -> {
                String turn = id('t', "turn", name, first(rest));
                yield send(new Command.Edit(
                        turn, required(after(rest), "/edit " + turn + " into what?"), Optional.empty()));
            }
            case "/again" -> send(new Command.Regenerate(id('t', "turn", name, rest), Optional.empty()));
            case "/branch" -> send(new Command.SelectBranch(id('t', "turn", name, rest)));
            default -> throw new Unclear("no command " + name + "; /help lists them");
        };
    }

    /** {@code [CALL ...] [--with JSON] [--remember]}: the JSON may hold blanks, so it ends where the line or a last option does. */
    private static TypedLine approve(String rest) {
        String words = rest.strip();
        boolean remember = words.equals(REMEMBER) || words.endsWith(" " + REMEMBER);
        if (remember) {
            words = words.substring(0, words.length() - REMEMBER.length()).strip();
        } else if (words.startsWith(REMEMBER + " ") || words.contains(" " + REMEMBER + " " + WITH)) {
            remember = true;
            words = words.replaceFirst(REMEMBER + "\\s+", "");
        }
        int with = words.startsWith(WITH) ? 0 : words.indexOf(" " + WITH);
        Optional<Object> arguments = Optional.empty();
        if (with >= 0) {
            arguments = Optional.of(json(words.substring(with).strip().substring(WITH.length())));
            words = words.substring(0, with).strip();
        }
        List<String> calls = words.isEmpty()
                ? List.of()
                : Arrays.stream(words.split("\\s+"))
                        .map(call -> id('k', "call", "/approve", call))
                        .toList();
        if (arguments.isPresent() && calls.size() > 1) {
            throw new Unclear(WITH + " is for one call, not " + calls.size());
        }
        return new TypedLine.Approve(calls, arguments, remember);
    }

    private static TypedLine settle(String rest) {
        String call = id('k', "call", "/settle", first(rest));
        String verdict = first(after(rest));
        String what = after(after(rest));
        return send(
                switch (verdict) {
                    case "ok" ->
                        new Command.Settle(
                                call, Verdict.OK, what.isEmpty() ? Optional.empty() : Optional.of(json(what)));
                    case "error" ->
                        new Command.Settle(call, Verdict.ERROR, what.isEmpty() ? Optional.empty() : Optional.of(what));
                    case "retry" -> {
                        if (!what.isEmpty()) {
                            throw new Unclear("retry takes nothing more");
                        }
                        yield new Command.Settle(call, Verdict.RETRY, Optional.empty());
                    }
                    default -> throw new Unclear("/settle " + call + " ok, error or retry?");
                });
    }

    private static TypedLine result(String rest) {
        String call = id('k', "call", "/result", first(rest));
        String what = after(after(rest));
        return send(
                switch (first(after(rest))) {
                    case "ok" -> new Command.ToolResult(call, json(what));
                    case "error" -> new Command.ToolError(call, required(what, "/result " + call + " error what?"));
                    default -> throw new Unclear("/result " + call + " ok or error?");
                });
    }

    private static TypedLine input(String rest) {
        if (!first(rest).equals(POLICY)) {
            return say(required(rest, "/input what?"), Optional.empty());
        }
        String name = first(after(rest));
        InputPolicy policy = Arrays.stream(InputPolicy.values())
                .filter(each -> each.wire().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new Unclear("no policy " + (name.isEmpty() ? "given" : name) + "; there are "
                        + String.join(
                                ", ",
                                Arrays.stream(InputPolicy.values())
                                        .map(InputPolicy::wire)
                                        .toList())));
        return say(required(after(after(rest)), "/input what?"), Optional.of(policy));
    }

    private static TypedLine say(String text, Optional<InputPolicy> policy) {
        return send(new Command.Input(text, policy));
    }

    private static TypedLine send(Command command) {
        return new TypedLine.Send(command);
    }

    private static TypedLine alone(String name, String rest, TypedLine line) {
        if (!rest.isEmpty()) {
            throw new Unclear(name + " takes nothing more");
        }
        return line;
    }

    /** A mistyped id is said here: the server would merely not find it. */
    private static String id(char prefix, String what, String command, String text) {
        if (text.isEmpty()) {
            throw new Unclear(command + " which " + what + "?");
        }
        if (!text.matches(prefix + "[0-9]{1,9}")) {
            throw new Unclear(text + " is no " + what + ": they are called " + prefix + "1, " + prefix + "2 ...");
        }
        return text;
    }

    private static Object json(String text) {
        try {
            Object value = Json.decodeValue(required(text.strip(), "no JSON given"));
            if (value == null) {
                throw new Unclear("null is no value here");
            }
            return value;
        } catch (DecodeException bad) {
            throw new Unclear("not JSON: " + text.strip());
        }
    }

    private static String required(String text, String otherwise) {
        if (text.isEmpty()) {
            throw new Unclear(otherwise);
        }
        return text;
    }

    private static String first(String text) {
        return text.split("\\s+", 2)[0];
    }

    private static String after(String text) {
        String[] parts = text.split("\\s+", 2);
        return parts.length > 1 ? parts[1] : "";
    }
}
