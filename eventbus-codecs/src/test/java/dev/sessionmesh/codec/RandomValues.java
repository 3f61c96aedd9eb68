package dev.sessionmesh.codec;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.CommandId;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Random values of any record or sealed family, made by looking at its components: whoever adds an event or a field has it tested
 * without writing a line.
 */
final class RandomValues {
    private static final int TRIES = 1_000;
    private static final String[] LETTERS = {"a", "Z", "0", "-", " ", "\n", "\"", "é", "漢", "😀", "\u0000", "\u2028"};

    private static final int PATIENCE = 1;

    private final Random random;
    /** After a record refused some values: numbers are positive and of every size, as bounds and times are. */
    private boolean tame;

    RandomValues(long seed) {
        this.random = new Random(seed);
    }

    <T> T of(Class<T> type) {
        return type.cast(value(type));
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            return container(generic);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == boolean.class) {
            return random.nextBoolean();
        } else if (raw == int.class) {
            return tame ? (int) number() & Integer.MAX_VALUE : (int) number();
        } else if (raw == long.class) {
            return number();
        } else if (raw == String.class) {
            return text();
        } else if (raw == byte[].class) {
            return bytes();
        } else if (raw == TokenRun.class) {
            return TokenRun.of(listOf(1 + random.nextInt(6), this::text));
        } else if (raw == SessionKey.class) {
            return new SessionKey("tenant" + random.nextInt(100), "s-" + random.nextInt(100));
        } else if (raw == Lineage.class) {
            return lineage();
        } else if (raw == CommandId.class) {
            return commandId();
        } else if (raw.isEnum()) {
            return raw.getEnumConstants()[random.nextInt(raw.getEnumConstants().length)];
        } else if (raw.isSealed()) {
            Class<?>[] permitted = raw.getPermittedSubclasses();
            return value(permitted[random.nextInt(permitted.length)]);
        }
        return record(raw);
    }

    private Object container(ParameterizedType type) {
        Type[] of = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return random.nextBoolean() ? Optional.empty() : Optional.of(value(of[0]));
        } else if (type.getRawType() == List.class) {
            return listOf(random.nextInt(5), () -> value(of[0]));
        } else if (type.getRawType() == Map.class) {
            Map<Object, Object> map = new TreeMap<>();
            listOf(random.nextInt(4), () -> map.put(value(of[0]), value(of[1])));
            return map;
        }
        throw new IllegalStateException("no random values for " + type);
    }

    /** A record of random components; its constructor may refuse some, and is asked again. */
    private Object record(Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalStateException("no random values for " + type);
        }
        RecordComponent[] components = type.getRecordComponents();
        boolean tameBefore = tame;
        for (int tries = 0; tries < TRIES; tries++) {
            tame = tameBefore || tries >= PATIENCE;
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(
                        Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
                constructor.setAccessible(true);
                return constructor.newInstance(Stream.of(components)
                        .map(component -> value(component.getGenericType()))
                        .toArray());
            } catch (InvocationTargetException refused) {
                if (!(refused.getCause() instanceof IllegalArgumentException)) {
                    throw new IllegalStateException(type + " refuses", refused);
                }
            } catch (ReflectiveOperationException broken) {
                throw new IllegalStateException("no random values for " + type, broken);
            } finally {
                tame = tameBefore;
            }
        }
        throw new IllegalStateException(type + " refuses everything");
    }

    private Lineage lineage() {
        Lineage lineage = Lineage.begin(random.nextLong());
        for (long start = 2; random.nextInt(3) > 0; start += 1 + random.nextInt(1_000)) {
            lineage = lineage.fork(random.nextLong(), start);
        }
        return lineage;
    }

    private CommandId commandId() {
        String client = CommandId.newClient(1_700_000_000_000L + random.nextInt(), random.nextLong());
        return switch (random.nextInt(3)) {
            case 0 -> CommandId.NONE;
            case 1 -> CommandId.parse("free." + random.nextInt(1_000));
            default -> CommandId.parse(client + ":" + (1 + random.nextInt(1_000)));
        };
    }

    /** Of every magnitude, and of both signs. */
    private long number() {
        if (tame) {
            return random.nextLong() >>> 1 + random.nextInt(63);
        }
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> Long.MAX_VALUE;
            case 2 -> Long.MIN_VALUE;
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    private String text() {
        int length = random.nextInt(20) == 0 ? 300 : random.nextInt(12);
        return String.join("", listOf(length, () -> LETTERS[random.nextInt(LETTERS.length)]));
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static <T> List<T> listOf(int size, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(element.get());
        }
        return list;
    }
}
