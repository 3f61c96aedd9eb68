package dev.sessionmesh.custody;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.Access.Action;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.loop.Loops;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** A node's door to what is done with sessions as a whole. Whoever comes through is asked for permission first; futures complete on the caller's loop. */
public final class Custody {
    public static final String MEDIA_TYPE = ExportLines.MEDIA_TYPE;

    /**
     * What it is made of.
     *
     * @param store with what sleeps, where there is an archive
     * @param randomHistory names of histories
     * @param node name of this one
     * @param blocking where files are looked through
     */
    public record Kit(
            Loops loops,
            SessionStore store,
            Optional<Archive> archive,
            Remains remains,
            Arrival arrival,
            Seal seal,
            ToolCatalogue catalogue,
            Limits limits,
            InstantSource clock,
            LongSupplier randomHistory,
            String node,
            Executor blocking) {}

    private final Kit kit;
    private final Directory directory;
    private final Eraser eraser;
    private final Importer importer;

    public Custody(Kit kit) {
        this.kit = kit;
        directory = new Directory(kit.archive(), new Cursors(kit.seal(), kit.clock()));
        eraser = new Eraser(kit.store(), kit.archive(), kit.remains(), kit.seal(), kit.clock(), kit.node());
        importer = new Importer(
                kit.store(),
                kit.arrival(),
                kit.catalogue(),
                new Session(kit.limits()),
                kit.clock(),
                kit.randomHistory(),
                kit.blocking());
    }

    /**
     * A page of the sessions that the caller may read, with the cursor of the next one. A page may be short, or even empty, and not be the last.
     *
     * @param cursor of the page before; empty at the beginning
     */
    public Future<Outcome<JsonObject>> find(Access access, Search search, String cursor, int limit) {
        return kit.loops().current().bring(directory.find(access, search, cursor, limit));
    }

    /** Takes the session away wherever something of it is, and answers with a signed receipt. */
    public Future<Outcome<JsonObject>> erase(Access access, SessionKey key) {
        return access.permits(key, Action.ADMIN) ? kit.loops().current().bring(eraser.erase(key)) : forbidden("admin");
    }

    /** Takes away what is in memory of a session that is gone. */
    public CompletionStage<?> sweep(SessionKey key) {
        return kit.remains().sweep(key);
    }

    /** The session as it is now, to be taken out page by page. It shows more than whoever may read is shown: instructions, and who was approved for what. */
    public Future<Outcome<Export>> export(Access access, SessionKey key) {
        if (!access.permits(key, Action.ADMIN)) {
            return forbidden("admin");
        }
        return kit.loops().current().bring(kit.store().view(key)).map(outcome -> switch (outcome) {
            case Outcome.Refused<State> refused -> refused.as();
            case Outcome.Done<State>(State state)
            when state.profile().ephemeral() ->
                Outcome.refused(ErrorCode.WRONG_STATE, "the session is to be kept nowhere else");
            case Outcome.Done<State>(State state) ->
                Outcome.done(new Export(kit.store(), state, kit.clock().millis()));
        });
    }

    /** The next lines of an export, on the caller's loop. */
    public Future<Optional<Buffer>> next(Export export) {
        try {
            return kit.loops().current().bring(export.next());
        } catch (RuntimeException broken) {
            return Future.failedFuture(broken);
        }
    }

    /**
     * Begins to bring a session in. A file can say that others decided what they did not: who brings one in must be trusted with all sessions.
     *
     * @return to be closed in any case
     */
    public Outcome<Import> bring(Access access, String tenant) {
        if (!access.permitsEverywhere(Action.ADMIN)) {
            return Outcome.refused(ErrorCode.FORBIDDEN, "not granted: admin of all sessions");
        }
        return importer.begin(tenant)
                .map(Outcome::done)
                .orElseGet(() -> Outcome.refused(ErrorCode.BUSY, "this node takes in another session at the moment"));
    }

    /** What comes of it, on the caller's loop. */
    public <T> Future<T> here(CompletionStage<T> stage) {
        return kit.loops().current().bring(stage);
    }

    private static <T> Future<Outcome<T>> forbidden(String action) {
        return Future.succeededFuture(
                Outcome.refused(ErrorCode.FORBIDDEN, "not granted: " + action.toLowerCase(Locale.ROOT)));
    }
}
