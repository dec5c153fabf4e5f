package io.sirsi.shell.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Constants as people type them: in lower case. */
public final class EnumNames {

    private EnumNames() {}

    /** {@return the names of all constants, in their order} */
    public static <E extends Enum<E>> List<String> of(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /**
     * Reads a constant.
     *
     * @param type of which type
     * @param what what the type is called, for the sentence
     * @param text what was typed
     * @return the constant
     * @throws IllegalArgumentException naming the text and what can be written
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String what, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(text.strip()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown "
                                                + what
                                                + " '"
                                                + text
                                                + "'; write one of "
                                                + String.join(", ", of(type))
                                                + "."));
    }
}
