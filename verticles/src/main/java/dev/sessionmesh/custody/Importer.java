package dev.sessionmesh.custody;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.custody.ImportReader.Brought;
import dev.sessionmesh.custody.ImportReader.Unfit;
import dev.sessionmesh.trace.About;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes exported sessions in, one at a time: what is in the file is held in memory until it is known to be whole. */
final class Importer {
    private static final Logger LOG = LoggerFactory.getLogger(Importer.class);

    private final SessionStore store;
    private final Arrival arrival;
    private final ToolCatalogue catalogue;
    private final Session machine;
    private final InstantSource clock;
    private final LongSupplier randomHistory;
    private final Executor blocking;
    private final AtomicBoolean busy = new AtomicBoolean();

    Importer(
            SessionStore store,
            Arrival arrival,
            ToolCatalogue catalogue,
            Session machine,
            InstantSource clock,
            LongSupplier randomHistory,
            Executor blocking) {
        this.store = store;
        this.arrival = arrival;
        this.catalogue = catalogue;
        this.machine = machine;
        this.clock = clock;
        this.randomHistory = randomHistory;
        this.blocking = blocking;
    }

    /** Empty while another one is taken in. */
    Optional<Import> begin(String tenant) {
        return busy.compareAndSet(false, true) ? Optional.of(new Taking(tenant)) : Optional.empty();
    }

    /** Looking through a long log is no work for an event loop. */
    private final class Taking implements Import {
        private final ImportReader reader = new ImportReader(machine);
        private final String tenant;
        private final AtomicBoolean open = new AtomicBoolean(true);
        private long bytes;

        Taking(String tenant) {
            this.tenant = tenant;
        }

        @Override
        public CompletionStage<Outcome<Boolean>> feed(Buffer some) {
            bytes += some.length();
            if (bytes > Import.BYTES_MOST) {
                return CompletableFuture.completedStage(Outcome.refused(
                        ErrorCode.TOO_LARGE, "an exported session has " + Import.BYTES_MOST + " bytes at most"));
            }
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            reader.feed(some.getBytes());
                            return Outcome.done(true);
                        } catch (Unfit unfit) {
                            return Outcome.refused(ErrorCode.BAD_EXPORT, unfit.reason());
                        }
                    },
                    blocking);
        }

        @Override
        public CompletionStage<Outcome<State>> finish(Optional<String> id) {
            return CompletableFuture.supplyAsync(() -> made(id), blocking).thenCompose(outcome -> switch (outcome) {
                case Outcome.Refused<Brought> refused -> CompletableFuture.completedStage(refused.as());
                case Outcome.Done<Brought>(Brought brought) -> take(brought);
            });
        }

        private Outcome<Brought> made(Optional<String> id) {
            try {
                reader.finish();
                String name = id.orElseGet(reader::session);
                if (!SessionKey.isValid(name)) {
                    return Outcome.refused(ErrorCode.BAD_EXPORT, "the id is not one that a session may have");
                }
                Brought brought = reader.as(new SessionKey(tenant, name), randomHistory.getAsLong(), clock.millis());
                return catalogue
                        .problem(brought.snapshot().state().profile())
                        .<Outcome<Brought>>map(problem -> Outcome.refused(ErrorCode.BAD_EXPORT, problem))
                        .orElseGet(() -> Outcome.done(brought));
            } catch (Unfit unfit) {
                return Outcome.refused(ErrorCode.BAD_EXPORT, unfit.reason());
            }
        }

        @Override
        public void close() {
            if (open.getAndSet(false)) {
                busy.set(false);
            }
        }
    }

    private CompletionStage<Outcome<State>> take(Brought brought) {
        State state = brought.snapshot().state();
        SessionKey key = state.key();
        return store.view(key).thenCompose(here -> {
            if (!(here instanceof Outcome.Refused<State> absent)) {
                return CompletableFuture.completedStage(exists(key));
            }
            if (absent.code() != ErrorCode.SESSION_NOT_FOUND) {
                return CompletableFuture.completedStage(here);
            }
            return arrival.arrive(key, brought.snapshot(), brought.log(), brought.blobs())
                    .thenCompose(arrived -> switch (arrived) {
                        case Outcome.Refused<Boolean> refused -> CompletableFuture.completedStage(refused.as());
                        case Outcome.Done<Boolean> done -> store.view(key).thenApply(now -> ours(now, state));
                    });
        });
    }

    /** Others may have made a session of this name meanwhile; the history that was made up for this one tells them apart. */
    private static Outcome<State> ours(Outcome<State> now, State brought) {
        if (!(now instanceof Outcome.Done<State>(State there))) {
            return now;
        }
        if (!there.lineage().branches().contains(brought.lineage().branches().getLast())) {
            return exists(brought.key());
        }
        About.of(brought.key()).info(LOG).log("session was brought in, up to seq {}", brought.head());
        return now;
    }

    private static Outcome<State> exists(SessionKey key) {
        return Outcome.refused(ErrorCode.SESSION_CONFLICT, "session " + key.id() + " exists: name another id");
    }
}
