package io.sirsi.aws.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gathers what is known of a resource; what a service left out is left out. */
final class Attributes {

    private final Map<String, String> values = new TreeMap<>();

    /** Notes a value. */
    Attributes put(String name, @Nullable Object value) {
        if (value != null && !value.toString().isBlank()) {
            values.put(name, value.toString());
        }
        return this;
    }

    /** Notes a size that a service gives in mebibytes or gibibytes, as bytes. */
    Attributes bytes(String name, @Nullable Integer count, int shift) {
        return put(name, count == null ? null : (long) count << shift);
    }

    /** Notes the words of a list, in order, with commas. */
    <T> Attributes join(String name, Collection<T> things, Function<T, @Nullable String> word) {
        return put(
                name,
                things.stream()
                        .map(word)
                        .filter(text -> text != null && !text.isBlank())
                        .sorted()
                        .collect(Collectors.joining(",")));
    }

    /** {@return what was noted} */
    Map<String, String> map() {
        return values;
    }

    /** {@return tags by key; a tag without a value has an empty one} */
    static <T> Map<String, String> tags(
            @Nullable List<T> tags, Function<T, String> key, Function<T, @Nullable String> value) {
        Map<String, String> map = new TreeMap<>();
        if (tags != null) {
            for (T tag : tags) {
                String text = value.apply(tag);
                map.put(key.apply(tag), text == null ? "" : text);
            }
        }
        return map;
    }

    /** {@return the tag Name, or the id where there is none} */
    static String nameOr(String id, Map<String, String> tags) {
        String name = tags.getOrDefault("Name", "");
        return name.isBlank() ? id : name;
    }
}
