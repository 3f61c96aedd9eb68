package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.custody.Search;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an address looks for.
 *
 * @param cursor of the page before; empty at the beginning
 */
record Finding(Search search, String cursor, int limit) {
    /** {@code user} is who asks, where nobody proves who he is: whom sessions are looked for by has another name. */
    private static final List<String> NAMES =
            List.of("participant", "state", "label", "since", "until", "asleep", "order", "cursor");

    private static final int LABELS_MOST = 8;
    private static final int CHARS_MOST = 1_024;
    private static final String IDLE = "idle";

    /** Whether it looks for some rather than lists them all. */
    static boolean isAsked(RoutingContext call) {
        return NAMES.stream().anyMatch(name -> call.request().params().contains(name));
    }

    static Finding of(RoutingContext call, String tenant) {
        if (call.request().params().contains("after")) {
            throw bad("after is for lists by id: cursor goes on here");
        }
        if (!text(call, "order").orElse("recent").equals("recent")) {
            throw bad("order is not recent");
        }
        Search search = new Search(
                tenant,
                text(call, "participant"),
                text(call, "state").map(Finding::state),
                labels(call),
                text(call, "asleep").map(Finding::flag),
                text(call, "since").map(since -> time("since", since)).orElse(0L),
                text(call, "until").map(until -> time("until", until)).orElse(Long.MAX_VALUE));
        return new Finding(
                search,
                text(call, "cursor").orElse(""),
                Query.limit(call, SessionRoutes.PAGE, SessionRoutes.PAGE_MOST));
    }

    private static Optional<String> text(RoutingContext call, String name) {
        @Nullable String text = call.request().getParam(name);
        if (text != null && text.length() > CHARS_MOST) {
            throw bad(name + " is longer than " + CHARS_MOST + " characters");
        }
        return Optional.ofNullable(text).filter(given -> !given.isEmpty());
    }

    private static String state(String word) {
        boolean known = word.equals(IDLE)
                || Arrays.stream(TurnStatus.values())
                        .anyMatch(status -> !status.ended() && status.wire().equals(word));
        if (!known) {
            throw bad("state is neither idle nor that of an active turn");
        }
        return word;
    }

    private static Map<String, String> labels(RoutingContext call) {
        List<String> given = call.request().params().getAll("label");
        if (given.size() > LABELS_MOST) {
            throw bad("more than " + LABELS_MOST + " labels");
        }
        Map<String, String> labels = new HashMap<>();
        for (String label : given) {
            int colon = label.indexOf(':');
            if (colon < 1 || label.length() > CHARS_MOST) {
                throw bad("label is not name:value");
            }
            if (labels.put(label.substring(0, colon), label.substring(colon + 1)) != null) {
                throw bad("label names " + label.substring(0, colon) + " twice");
            }
        }
        return labels;
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad("asleep is neither true nor false");
        };
    }

    /** Milliseconds since 1970, or as in answers. */
    private static long time(String name, String text) {
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Query.number(name, text, 0, Long.MAX_VALUE).orElse(0);
        }
        try {
            return Math.max(0, Instant.parse(text).toEpochMilli());
        } catch (DateTimeParseException | ArithmeticException unreadable) {
            throw bad(name + " is neither a time such as 2026-03-02T09:00:00Z nor milliseconds since 1970");
        }
    }

    private static BadRequestException bad(String message) {
        return new BadRequestException(ErrorCode.BAD_FIELD, message);
    }
}
