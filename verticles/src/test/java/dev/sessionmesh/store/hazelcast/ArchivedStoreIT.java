package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.MemoryArchive;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.SessionStoreContract;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** With an archive that sessions go to as soon as they may, and that each command waits for, the store is still a store. */
final class ArchivedStoreIT extends SessionStoreContract {
    private static ArchivedMember a;
    private static ArchivedMember b;

    @BeforeAll
    static void startMembers() throws IOException {
        MemoryArchive archive = new MemoryArchive();
        ArchiveSettings settings = ArchiveSettings.of(ArchiveSettings.Mode.SYNC, "contract-archived")
                .idleAfter(Duration.ofMillis(20), 75);
        a = ArchivedMember.start("contract-archived", "a", archive, settings);
        b = ArchivedMember.start("contract-archived", "b", archive, settings, a);
    }

    @AfterAll
    static void stopMembers() {
        b.close();
        a.close();
    }

    @Override
    protected void stayAwake(boolean all) {
        for (ArchivedMember member : List.of(a, b)) {
            member.wanted.set(session -> CompletableFuture.completedStage(all));
        }
    }

    @Override
    protected SessionStore store() {
        return b.store;
    }
}
