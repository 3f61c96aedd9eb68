package dev.sessionmesh.chaos.drill;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * Something that was counted, with what was wanted of it. The runbook explains it under its name.
 *
 * @param target what was wanted, in words; empty when nothing was
 */
record Line(String name, String value, String target, Verdict verdict) {

    /** Something that must not be. */
    static Line none(String name, long count) {
        return new Line(name, String.valueOf(count), "0", Verdict.of(count == 0));
    }

    /** All of them must be. */
    static Line all(String name, long those, long of, Verdict otherwise) {
        Verdict verdict = of == 0 ? Verdict.NO_DATA : those == of ? Verdict.PASS : otherwise;
        return new Line(name, those + " of " + of, "all", verdict);
    }

    /** Something to know. */
    static Line told(String name, String value) {
        return new Line(name, value, "", Verdict.NO_TARGET);
    }

    String text() {
        String wanted = target.isEmpty() ? "" : "(wanted: " + target + ")";
        return String.format(Locale.ROOT, "%-46s %-14s %-31s %s", name, value, wanted, verdict.word());
    }

    JsonObject json() {
        return new JsonObject()
                .put("name", name)
                .put("value", value)
                .put("target", target)
                .put("verdict", verdict.code());
    }
}
