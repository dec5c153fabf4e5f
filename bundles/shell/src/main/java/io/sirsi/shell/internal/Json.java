package io.sirsi.shell.internal;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
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
    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /** {@return the JSON of a value that {@link #value} made} */
    public static String text(@Nullable Object value) throws JsonProcessingException {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * Checks that somebody wrote JSON, and one value of it.
     *
     * @param what what was written, such as an option
     * @param text the text
     * @return the text
     * @throws IllegalArgumentException with the place where it is none
     */
    public static String checked(String what, String text) {
        try {
            if (STRICT.readTree(text).isMissingNode()) {
                throw new IllegalArgumentException(what + " is empty; write JSON, such as {}.");
            }
            return text;
        } catch (JsonProcessingException broken) {
            // The parser's own words are about its settings; the place is what helps.
            JsonLocation where = broken.getLocation();
            throw new IllegalArgumentException(
                    what
                            + " is not JSON"
                            + (where == null
                                    ? ""
                                    : ", which shows at line "
                                            + where.getLineNr()
                                            + ", column "
                                            + where.getColumnNr())
                            + "; write it in single quotes, such as '{\"host\":\"example.org\"}'.",
                    broken);
        }
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
