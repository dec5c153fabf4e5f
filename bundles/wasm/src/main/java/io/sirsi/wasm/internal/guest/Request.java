package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The JSON object of a call or of an outcome; every look at it is strict. {@code null} counts as
 * left out.
 */
final class Request {

    private final ObjectNode object;

    private Request(ObjectNode object) {
        this.object = object;
    }

    /**
     * Reads a request.
     *
     * @param keys the keys that it may have
     * @throws Refusal INVALID if it is not an object of these
     */
    static Request read(byte[] utf8, Set<String> keys) throws Refusal {
        return of(GuestJson.readObject(utf8, "the request"), "the request", keys);
    }

    /** As {@link #read}, for an object that was read already. */
    static Request of(ObjectNode object, String what, Set<String> keys) throws Refusal {
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!keys.contains(name)) {
                throw Refusal.invalid(
                        what
                                + " has the unknown key '"
                                + Lines.tidy(name, 40)
                                + "'; known are "
                                + new TreeSet<>(keys));
            }
        }
        return new Request(object);
    }

    /** {@return a text that must be there, of so many characters at most} */
    String text(String key, int max) throws Refusal {
        return optionalText(key, max).orElseThrow(() -> Refusal.invalid(key + " is missing"));
    }

    /** {@return a text, of so many characters at most} */
    Optional<String> optionalText(String key, int max) throws Refusal {
        JsonNode value = object.get(key);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw Refusal.invalid(key + " must be a string");
        }
        if (value.textValue().length() > max) {
            throw Refusal.invalid(key + " must have at most " + max + " characters");
        }
        return Optional.of(value.textValue());
    }

    /** {@return a whole number in this range; the given one if it is left out} */
    long number(String key, long min, long max, long otherwise) throws Refusal {
        JsonNode value = object.get(key);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            throw Refusal.invalid(key + " must be a whole number from " + min + " to " + max);
        }
        return value.longValue();
    }

    /** {@return any value; empty if it is left out} */
    Optional<JsonNode> value(String key) {
        return Optional.ofNullable(object.get(key)).filter(value -> !value.isNull());
    }

    /** {@return a list of strings; empty if it is left out} */
    List<String> texts(String key, int most) throws Refusal {
        Optional<JsonNode> value = value(key);
        if (value.isEmpty()) {
            return List.of();
        }
        String[] texts = new String[value.get().size()];
        if (!value.get().isArray() || texts.length > most) {
            throw Refusal.invalid(key + " must be a list of at most " + most + " strings");
        }
        for (int i = 0; i < texts.length; i++) {
            JsonNode one = value.get().get(i);
            if (!one.isTextual()) {
                throw Refusal.invalid(key + " must be a list of strings");
            }
            texts[i] = one.textValue();
        }
        return Arrays.asList(texts);
    }

    /** {@return an object of strings; empty if it is left out} */
    Map<String, String> map(String key, int most) throws Refusal {
        Optional<JsonNode> value = value(key);
        Map<String, String> texts = new LinkedHashMap<>();
        if (value.isEmpty()) {
            return texts;
        }
        if (!value.get().isObject() || value.get().size() > most) {
            throw Refusal.invalid(key + " must be an object of at most " + most + " strings");
        }
        for (Map.Entry<String, JsonNode> one : value.get().properties()) {
            if (!one.getValue().isTextual()) {
                throw Refusal.invalid(key + " must be an object of strings");
            }
            texts.put(one.getKey(), one.getValue().textValue());
        }
        return texts;
    }
}
