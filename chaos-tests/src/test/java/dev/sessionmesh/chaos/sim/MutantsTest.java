package dev.sessionmesh.chaos.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator finds bugs: each of these is planted, and must be found within its seeds. */
final class MutantsTest {
    @ParameterizedTest
    @EnumSource(Mutant.class)
    void a_planted_bug_is_found(Mutant mutant) throws Exception {
        Optional<String> found = found(mutant);
        assertTrue(found.isPresent(), mutant + " was not found within " + mutant.seeds() + " seeds");
        System.out.println(mutant + ": " + found.get());
    }

    @SuppressWarnings("unchecked")
    static Optional<String> found(Mutant mutant) throws Exception {
        ClassLoader loader = new MutantLoader(mutant, MutantsTest.class.getClassLoader());
        // A bug that does not fit its method any more must not pass for one that was found.
        Class.forName(mutant.type(), true, loader);
        return (Optional<String>) Class.forName(Simulation.class.getName(), true, loader)
                .getMethod("firstFailure", String.class, long.class, int.class)
                .invoke(null, mutant.scenario(), 0L, mutant.seeds());
    }
}
