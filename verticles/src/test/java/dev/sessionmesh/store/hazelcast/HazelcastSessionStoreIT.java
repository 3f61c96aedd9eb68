package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.SessionStoreContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The store's contract, on three members with two backups, asked through a member that owns only a third of the sessions. */
final class HazelcastSessionStoreIT extends SessionStoreContract {
    private static StoreMember a;
    private static StoreMember b;
    private static StoreMember c;

    @BeforeAll
    static void startMembers() throws IOException {
        a = StoreMember.start("contract", "a", 2, Limits.DEFAULT);
        b = StoreMember.start("contract", "b", 2, Limits.DEFAULT, a);
        c = StoreMember.start("contract", "c", 2, Limits.DEFAULT, a, b);
    }

    @AfterAll
    static void stopMembers() {
        c.close();
        b.close();
        a.close();
    }

    @Override
    protected SessionStore store() {
        return b.store;
    }
}
