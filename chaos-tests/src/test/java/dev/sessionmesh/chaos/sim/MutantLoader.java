package dev.sessionmesh.chaos.sim;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.io.InputStream;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;

/** Loads the whole mesh anew with one of its classes changed: what runs in it knows nothing of the other copies of the mesh. */
final class MutantLoader extends ClassLoader {
    private static final String HOUSE = "dev.sessionmesh.";
    private final Mutant mutant;
    private final ClassFileLocator files;

    MutantLoader(Mutant mutant, ClassLoader parent) {
        super(parent);
        this.mutant = mutant;
        this.files = ClassFileLocator.ForClassLoader.of(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(HOUSE)) {
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
        String method = mutant.method();
        return new ByteBuddy()
                .redefine(type, files)
                .visit(Advice.to(mutant.bug()).on(method.equals("<init>") ? isConstructor() : named(method)))
                .make()
                .getBytes();
    }
}
