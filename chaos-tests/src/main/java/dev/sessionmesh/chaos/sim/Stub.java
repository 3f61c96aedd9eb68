package dev.sessionmesh.chaos.sim;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/** Stands in for a large interface of which the production code uses a few methods; any other is a failure that names it. */
final class Stub {
    private Stub() {}

    /** @param methods by name; each is given the arguments */
    static <T> T of(Class<T> type, String name, Map<String, Function<Object[], Object>> methods) {
        Object stub =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    return switch (method.getName()) {
                        case "equals" -> self == given[0];
                        case "hashCode" -> name.hashCode();
                        case "toString" -> name;
                        default -> {
                            Function<Object[], Object> behaviour = methods.get(method.getName());
                            if (behaviour == null) {
                                throw new UnsupportedOperationException(
                                        type.getSimpleName() + "." + method.getName() + Arrays.toString(given));
                            }
                            yield behaviour.apply(given);
                        }
                    };
                });
        return type.cast(stub);
    }
}
