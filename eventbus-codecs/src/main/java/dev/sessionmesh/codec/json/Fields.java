package dev.sessionmesh.codec.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.sessionmesh.core.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The fields of one JSON object. Getters are strict and name the field that they refuse; the first problem is kept, and everything
 * read after it is of no use. A field that is {@code null} counts as left out,
 * unless it may be any JSON.
 */
final class Fields {
    record Problem(ErrorCode code, String message) {}

    private sealed interface Value {}

    private record Text(String text) implements Value {}

    private record Whole(long number) implements Value {}

    private record Flag(boolean value) implements Value {}

    /** @param json compact */
    private record Tree(String json) implements Value {}

    /** A value of a type that no field has. */
    private record Misfit() implements Value {}

    private final Map<String, Value> values = new HashMap<>();
    private Optional<Problem> problem = Optional.empty();

    private Fields() {}

    /**
     * @param known the fields to keep; others are checked for syntax only
     * @param trees those of them whose value may be any JSON
     */
    static Fields read(String json, Set<String> known, Set<String> trees) {
        Fields fields = new Fields();
        try (JsonParser in = Json.parser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                fields.refuse(ErrorCode.BAD_JSON, "not a JSON object");
                return fields;
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (!known.contains(name)) {
                    in.skipChildren();
                } else if (trees.contains(name)) {
                    fields.tree(name, in);
                } else if (value != JsonToken.VALUE_NULL) {
                    fields.values.put(name, value(in));
                }
            }
            if (in.nextToken() != null) {
                fields.refuse(ErrorCode.BAD_JSON, "something follows the JSON object");
            }
        } catch (StreamConstraintsException bound) {
            fields.refuse(ErrorCode.BAD_JSON, "nested deeper than " + Json.DEPTH + ", or a number or name is too long");
        } catch (IOException malformed) {
            fields.refuse(ErrorCode.BAD_JSON, "not JSON, or a field given twice");
        }
        return fields;
    }

    private void tree(String name, JsonParser in) throws IOException {
        JsonSink json = new JsonSink();
        Json.copy(in, json);
        if (json.sawLoneSurrogate()) {
            refuse(ErrorCode.BAD_FIELD, name + " holds half a character (a lone surrogate)");
        }
        values.put(name, new Tree(json.toText()));
    }

    private static Value value(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_STRING -> new Text(in.getText());
            case VALUE_TRUE -> new Flag(true);
            case VALUE_FALSE -> new Flag(false);
            case VALUE_NUMBER_INT ->
                in.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? new Misfit() : new Whole(in.getLongValue());
            default -> {
                in.skipChildren();
                yield new Misfit();
            }
        };
    }

    Optional<Problem> problem() {
        return problem;
    }

    void refuse(ErrorCode code, String message) {
        if (problem.isEmpty()) {
            problem = Optional.of(new Problem(code, message));
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** @param maxBytes in UTF-8 */
    Optional<String> text(String name, int maxBytes) {
        Value value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof Text(String text))) {
            refuse(ErrorCode.BAD_FIELD, name + " is not a text");
            return Optional.empty();
        }
        int bytes = Texts.utf8Length(text);
        if (bytes < 0) {
            refuse(ErrorCode.BAD_FIELD, name + " holds half a character (a lone surrogate)");
        } else if (bytes > maxBytes) {
            refuse(ErrorCode.TOO_LARGE, name + " has " + bytes + " bytes, " + maxBytes + " are allowed");
        }
        return Optional.of(text);
    }

    /** What is no text, or none that is of use, is as good as left out; the caller decides, and nobody is refused for it. */
    String loose(String name) {
        return values.get(name) instanceof Text(String text) ? text : "";
    }

    String requiredText(String name, int maxBytes) {
        Optional<String> text = text(name, maxBytes);
        if (text.isEmpty() || text.get().isEmpty()) {
            refuse(ErrorCode.BAD_FIELD, name + (text.isEmpty() ? " is missing" : " is empty"));
        }
        return text.orElse("");
    }

    /** @param form what a valid name looks like, in words */
    Optional<String> name(String name, Predicate<String> valid, String form) {
        Optional<String> text = text(name, Integer.MAX_VALUE);
        if (text.isPresent() && !valid.test(text.get())) {
            refuse(ErrorCode.BAD_FIELD, name + " is not " + form);
            return Optional.empty();
        }
        return text;
    }

    Optional<Boolean> flag(String name) {
        Value value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Flag(boolean flag)) {
            return Optional.of(flag);
        }
        refuse(ErrorCode.BAD_FIELD, name + " is neither true nor false");
        return Optional.empty();
    }

    /** A place in a log. */
    OptionalLong seq(String name) {
        Value value = values.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (value instanceof Whole(long number) && number >= 0) {
            return OptionalLong.of(number);
        }
        refuse(ErrorCode.BAD_FIELD, name + " is not a whole number from 0");
        return OptionalLong.empty();
    }

    /** @param most the largest that is allowed; the smallest is {@code least} */
    OptionalLong number(String name, long least, long most) {
        Value value = values.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (value instanceof Whole(long number) && number >= least && number <= most) {
            return OptionalLong.of(number);
        }
        refuse(ErrorCode.BAD_FIELD, name + " is not a whole number from " + least + " to " + most);
        return OptionalLong.empty();
    }

    /**
     * An array of names; none when it is left out.
     *
     * @param name one of the trees
     * @param form what a valid element looks like, in words
     */
    List<String> names(String name, int most, Predicate<String> valid, String form) {
        List<String> names = new ArrayList<>();
        if (!(values.get(name) instanceof Tree(String json)) || json.equals("null")) {
            return names;
        }
        try (JsonParser in = Json.parser(json)) {
            boolean array = in.nextToken() == JsonToken.START_ARRAY;
            while (array && in.nextToken() == JsonToken.VALUE_STRING && valid.test(in.getText())) {
                names.add(in.getText());
            }
            if (!array || in.currentToken() != JsonToken.END_ARRAY || names.size() > most) {
                refuse(ErrorCode.BAD_FIELD, name + " is not an array of at most " + most + ", each " + form);
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(name + " was JSON a moment ago", impossible);
        }
        return names;
    }

    /** The fields of an object; nothing when it is left out, or a problem when it is none. */
    Optional<Fields> object(String name, Set<String> known, Set<String> trees) {
        if (!(values.get(name) instanceof Tree(String json)) || json.equals("null")) {
            return Optional.empty();
        }
        if (!json.startsWith("{")) {
            refuse(ErrorCode.BAD_FIELD, name + " is not an object");
            return Optional.empty();
        }
        return Optional.of(read(json, known, trees));
    }

    /** Takes over what is wrong with a part. */
    void refuse(String place, Fields part) {
        part.problem().ifPresent(problem -> refuse(problem.code(), place + "." + problem.message()));
    }

    Optional<String> tree(String name, int maxBytes) {
        if (!(values.get(name) instanceof Tree(String json))) {
            return Optional.empty();
        }
        int bytes = Texts.utf8Length(json);
        if (bytes > maxBytes) {
            refuse(ErrorCode.TOO_LARGE, name + " has " + bytes + " bytes, " + maxBytes + " are allowed");
        }
        return Optional.of(json);
    }

    /** The objects of a JSON array. */
    List<Fields> objects(String name, String json, Set<String> known, Set<String> trees) {
        List<Fields> objects = new ArrayList<>();
        try (JsonParser in = Json.parser(json)) {
            if (in.nextToken() != JsonToken.START_ARRAY) {
                refuse(ErrorCode.BAD_FIELD, name + " is not an array");
                return objects;
            }
            while (in.nextToken() != JsonToken.END_ARRAY) {
                if (in.currentToken() != JsonToken.START_OBJECT) {
                    refuse(ErrorCode.BAD_FIELD, name + "[" + objects.size() + "] is not an object");
                }
                JsonSink element = new JsonSink();
                Json.copy(in, element);
                objects.add(read(element.toText(), known, trees));
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(name + " was JSON a moment ago", impossible);
        }
        return objects;
    }

    /** The entries of a JSON object whose values are texts. */
    Map<String, String> texts(String name, String json, int maxNameBytes, int maxValueBytes) {
        Map<String, String> texts = new HashMap<>();
        try (JsonParser in = Json.parser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                refuse(ErrorCode.BAD_FIELD, name + " is not an object");
                return texts;
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String key = in.currentName();
                if (key.isEmpty() || Texts.utf8Length(key) > maxNameBytes) {
                    refuse(ErrorCode.BAD_FIELD, name + " has a name that is not 1-" + maxNameBytes + " bytes long");
                }
                if (in.nextToken() != JsonToken.VALUE_STRING) {
                    refuse(ErrorCode.BAD_FIELD, name + "." + key + " is not a text");
                    in.skipChildren();
                } else if (Texts.utf8Length(in.getText()) > maxValueBytes) {
                    refuse(ErrorCode.TOO_LARGE, name + "." + key + " has more than " + maxValueBytes + " bytes");
                } else {
                    texts.put(key, in.getText());
                }
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(name + " was JSON a moment ago", impossible);
        }
        return texts;
    }

    <E extends Enum<E>> Optional<E> choice(String name, E[] choices) {
        Optional<String> text = text(name, Integer.MAX_VALUE);
        for (E choice : choices) {
            if (text.isPresent() && choice.name().toLowerCase(Locale.ROOT).equals(text.get())) {
                return Optional.of(choice);
            }
        }
        if (text.isPresent()) {
            refuse(ErrorCode.BAD_FIELD, name + " is none of " + String.join(", ", names(choices)));
        }
        return Optional.empty();
    }

    private static <E extends Enum<E>> List<String> names(E[] choices) {
        return Arrays.stream(choices)
                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
