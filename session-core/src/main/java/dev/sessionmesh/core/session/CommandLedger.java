package dev.sessionmesh.core.session;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which commands a session has executed, so that none is executed twice (docs/decisions/0003-command-ids.md). Only executed
 * commands are recorded: a refused one changed nothing and may be decided anew.
 *
 * @param clients windows of client-numbered commands, least recently used first
 * @param forgotten the newest issue time of a client id whose window was dropped: an unknown client issued no later may have been it
 * @param freeForm rows of free-form ids, oldest first
 */
public record CommandLedger(List<Window> clients, long forgotten, List<Row> freeForm) {
    public static final CommandLedger EMPTY = new CommandLedger(List.of(), 0, List.of());

    /**
     * @param id the free-form id, or the number in a client's window
     * @param bodyHash what was sent
     * @param from first seq of its events
     * @param to last seq of them
     */
    public record Row(String id, long bodyHash, long from, long to) {}

    /** @param highest the highest number executed */
    public record Window(String client, long issuedAt, long highest, List<Row> rows) {}

    public CommandLedger {
        clients = List.copyOf(clients);
        freeForm = List.copyOf(freeForm);
    }

    /** The answer if the command need not be decided: it is a repetition, a conflict, or too old to tell. */
    Optional<Decision> recall(CommandId id, long bodyHash, Limits limits) {
        return switch (id) {
            case CommandId.None() -> Optional.empty();
            case CommandId.FreeForm(String text) -> find(freeForm, text).map(row -> repeat(row, bodyHash));
            case CommandId.Numbered(String client, long issuedAt, long number) -> {
                Optional<Window> window = window(client);
                if (window.isEmpty()) {
                    yield issuedAt <= forgotten ? Optional.of(expired()) : Optional.empty();
                }
                Optional<Row> row = find(window.get().rows(), Long.toString(number));
                if (row.isPresent()) {
                    yield row.map(known -> repeat(known, bodyHash));
                }
                yield number <= window.get().highest() - limits.commandsPerClient()
                        ? Optional.of(expired())
                        : Optional.empty();
            }
        };
    }

    /** The ledger after the command was executed as the events {@code from} to {@code to}. */
    public CommandLedger record(CommandId id, long bodyHash, long from, long to, Limits limits) {
        return switch (id) {
            case CommandId.None() -> this;
            case CommandId.FreeForm(String text) ->
                new CommandLedger(
                        clients,
                        forgotten,
                        bounded(freeForm, new Row(text, bodyHash, from, to), limits.freeFormRemembered()));
            case CommandId.Numbered numbered ->
                recordNumbered(numbered, new Row(Long.toString(numbered.number()), bodyHash, from, to), limits);
        };
    }

    private CommandLedger recordNumbered(CommandId.Numbered id, Row row, Limits limits) {
        Window old = window(id.client()).orElse(new Window(id.client(), id.issuedAt(), 0, List.of()));
        long highest = Math.max(old.highest(), id.number());
        List<Row> rows = new ArrayList<>(old.rows());
        rows.add(row);
        rows.removeIf(seen -> Long.parseLong(seen.id()) <= highest - limits.commandsPerClient());
        List<Window> windows = new ArrayList<>(clients);
        windows.remove(old);
        windows.add(new Window(id.client(), id.issuedAt(), highest, List.copyOf(rows)));
        long watermark = forgotten;
        while (windows.size() > limits.clientsRemembered()) {
            watermark = Math.max(watermark, windows.removeFirst().issuedAt());
        }
        return new CommandLedger(windows, watermark, freeForm);
    }

    private Optional<Window> window(String client) {
        return clients.stream().filter(w -> w.client().equals(client)).findFirst();
    }

    private static Optional<Row> find(List<Row> rows, String id) {
        return rows.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    private static List<Row> bounded(List<Row> rows, Row added, int most) {
        List<Row> next = new ArrayList<>(rows);
        next.add(added);
        return next.subList(Math.max(0, next.size() - most), next.size());
    }

    private static Decision repeat(Row row, long bodyHash) {
        return row.bodyHash() == bodyHash
                ? new Decision.Duplicate(row.from(), row.to())
                : Decision.refuse(ErrorCode.ID_CONFLICT, "this id was used with another body");
    }

    private static Decision expired() {
        return Decision.refuse(ErrorCode.ID_EXPIRED, "this id is too old to tell whether it was executed");
    }
}
