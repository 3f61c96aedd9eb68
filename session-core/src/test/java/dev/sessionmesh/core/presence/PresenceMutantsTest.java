package dev.sessionmesh.core.presence;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds bugs: each of these is planted, and must be found within its seeds. */
class PresenceMutantsTest {
    @ParameterizedTest
    @EnumSource(PresenceMutant.class)
    @SuppressWarnings("unchecked")
    void a_planted_bug_is_found(PresenceMutant mutant) throws Exception {
        ClassLoader loader = new Loader(mutant, PresenceMutantsTest.class.getClassLoader());
        Optional<String> found = (Optional<String>) Class.forName(PresenceWorld.class.getName(), true, loader)
                .getMethod("firstFailure", long.class, int.class)
                .invoke(null, 0L, mutant.seeds());
        assertTrue(found.isPresent(), mutant + " was not found within " + mutant.seeds() + " seeds");
        System.out.println(mutant + ": " + found.get());
    }

    /** Loads the simulation and what it simulates anew, with one class changed. */
    private static final class Loader extends ClassLoader {
        private final PresenceMutant mutant;
        private final ClassFileLocator files;

        Loader(PresenceMutant mutant, ClassLoader parent) {
            super(parent);
            this.mutant = mutant;
            this.files = ClassFileLocator.ForClassLoader.of(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.sessionmesh.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = name.equals(mutant.type()) ? mutated(name) : in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }

        private byte[] mutated(String name) {
            TypeDescription type = TypePool.Default.of(files).describe(name).resolve();
            return new ByteBuddy()
                    .redefine(type, files)
                    .visit(Advice.to(mutant.bug()).on(named(mutant.method())))
                    .make()
                    .getBytes();
        }
    }
}
