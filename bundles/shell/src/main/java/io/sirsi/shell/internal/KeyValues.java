package io.sirsi.shell.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Named values as people type them: {@code key=value}. */
public final class KeyValues {

    private KeyValues() {}

    /**
     * Reads named values.
     *
     * @param texts what was typed; each may hold an equals sign in its value
     * @return the values by name, in the order typed
     * @throws IllegalArgumentException naming the text that has no name or no equals sign
     */
    public static Map<String, String> parse(List<String> texts) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String text : texts) {
            int cut = text.indexOf('=');
            if (cut < 1) {
                throw new IllegalArgumentException(
                        "not a named value: '" + text + "'; write it as key=value.");
            }
            values.put(text.substring(0, cut).strip(), text.substring(cut + 1));
        }
        return values;
    }
}
