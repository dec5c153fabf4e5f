package io.sirsi.shell.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values as scripts read them: times and durations in ISO 8601, ids and enums as text, absence as
 * null.
 */
public final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** {@return the JSON of a value that {@link #value} made} */
    public static String text(@Nullable Object value) throws JsonProcessingException {
        return MAPPER.writeValueAsString(value);
    }

    /** {@return a value made of maps, lists, text, numbers and booleans only} */
    public static @Nullable Object value(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Optional<?> optional) {
            return value(optional.orElse(null));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Json::value).toList();
        }
        if (value instanceof Collection<?> all) {
            return all.stream()
                    .map(Json::value)
                    .sorted(Comparator.comparing(String::valueOf))
                    .toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> object =
                    map instanceof LinkedHashMap ? new LinkedHashMap<>() : new TreeMap<>();
            map.forEach((key, item) -> object.put(key.toString(), value(item)));
            return object;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        return value.toString();
    }
}
