package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Budget;
import java.util.Optional;
import java.util.Set;

/** Budgets as JSON: {@code {"turn": {"tokens", "cost", "ms", "toolCalls"}, "session": {...}, "price": {"input", "output"}}}. */
final class BudgetJson {
    private static final Set<String> PARTS = Set.of("turn", "session", "price");
    private static final Set<String> BOUNDS = Set.of("tokens", "cost", "ms", "toolCalls");
    private static final Set<String> PRICE = Set.of("input", "output");
    private static final long MOST = 1_000_000_000_000L;

    private BudgetJson() {}

    static Budget read(Fields profile) {
        Optional<Fields> given = profile.object("budget", PARTS, PARTS);
        if (given.isEmpty()) {
            return Budget.UNLIMITED;
        }
        Fields budget = given.get();
        Optional<Fields> price = budget.object("price", PRICE, Set.of());
        Budget read = new Budget(
                bounds(budget, "turn"),
                bounds(budget, "session"),
                price.map(fields -> amount(fields, "input", Budget.MAX_PRICE)).orElse(0L),
                price.map(fields -> amount(fields, "output", Budget.MAX_PRICE)).orElse(0L));
        price.ifPresent(fields -> budget.refuse("price", fields));
        profile.refuse("budget", budget);
        return read;
    }

    private static Budget.Bounds bounds(Fields budget, String name) {
        Optional<Fields> given = budget.object(name, BOUNDS, Set.of());
        if (given.isEmpty()) {
            return Budget.Bounds.NONE;
        }
        Fields fields = given.get();
        Budget.Bounds bounds = new Budget.Bounds(
                amount(fields, "tokens", MOST),
                amount(fields, "cost", MOST),
                amount(fields, "ms", MOST),
                amount(fields, "toolCalls", MOST));
        budget.refuse(name, fields);
        return bounds;
    }

    private static long amount(Fields fields, String name, long most) {
        return fields.number(name, 0, most).orElse(0);
    }

    static void write(JsonSink out, Budget budget) {
        out.object();
        write(out, "turn", budget.turn());
        write(out, "session", budget.session());
        if (budget.inputPrice() + budget.outputPrice() > 0) {
            out.name("price").object();
            out.field("input", budget.inputPrice()).field("output", budget.outputPrice());
            out.endObject();
        }
        out.endObject();
    }

    private static void write(JsonSink out, String name, Budget.Bounds bounds) {
        if (!bounds.equals(Budget.Bounds.NONE)) {
            out.name(name).object();
            bound(out, "tokens", bounds.tokens());
            bound(out, "cost", bounds.cost());
            bound(out, "ms", bounds.millis());
            bound(out, "toolCalls", bounds.toolCalls());
            out.endObject();
        }
    }

    private static void bound(JsonSink out, String name, long value) {
        if (value > 0) {
            out.field(name, value);
        }
    }
}
