package dev.sessionmesh.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.port.SessionStoreContract;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Envelope;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The contract, against the store in memory. */
class MemorySessionStoreTest extends SessionStoreContract {
    private final SessionStore store = new MemorySessionStore(Limits.DEFAULT, new AtomicLong()::incrementAndGet);

    @Override
    protected SessionStore store() {
        return store;
    }

    @Test
    void a_full_session_takes_nothing_new_but_can_still_be_cancelled() {
        SessionKey key = new SessionKey("full", "s1");
        store.create(key, Profile.ofModel("scripted:test"), 1);
        Payload text = Payload.of("x".repeat(Limits.DEFAULT.inlineBytes()));
        Command input = new Command.Input(text, Optional.of(InputPolicy.INTERRUPT));
        int accepted = 0;
        while (submit(key, "c" + accepted, input) instanceof Outcome.Done<Appended>) {
            accepted++;
        }
        assertEquals(509, accepted, "16 KiB x 1,024 chunks, a little of it for what is not text");
        Outcome.Refused<?> refused = assertInstanceOf(Outcome.Refused.class, submit(key, "more", input));
        assertEquals(ErrorCode.SESSION_FULL, refused.code());
        assertInstanceOf(Outcome.Done.class, submit(key, "stop", new Command.Cancel("")));
    }

    @Test
    void the_blobs_of_a_session_are_bounded_and_the_same_content_counts_once() {
        SessionKey key = new SessionKey("heavy", "s1");
        store.create(key, Profile.ofModel("scripted:test"), 1);
        int most = Limits.DEFAULT.blobBytesPerSession() / Limits.DEFAULT.blobBytes();
        for (int i = 0; i < most; i++) {
            assertInstanceOf(Outcome.Done.class, submit(key, "c" + i, heavy(i)));
        }
        Outcome.Refused<?> refused = assertInstanceOf(Outcome.Refused.class, submit(key, "more", heavy(most)));
        assertEquals(ErrorCode.SESSION_FULL, refused.code());
        assertInstanceOf(Outcome.Done.class, submit(key, "again", heavy(0)));
    }

    /** Inputs of the largest size, each another text. */
    private static Command heavy(int i) {
        String text = (i + " ").repeat(Limits.DEFAULT.blobBytes()).substring(0, Limits.DEFAULT.blobBytes());
        return new Command.Input(Payload.of(text), Optional.of(InputPolicy.INTERRUPT));
    }

    private Outcome<Appended> submit(SessionKey key, String id, Command command) {
        Envelope envelope = new Envelope(key, CommandId.parse(id), 1, Origin.SYSTEM, 1, 0, command);
        return store.submit(envelope).toCompletableFuture().join();
    }
}
