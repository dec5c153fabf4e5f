package io.sirsi.spi.wasm;

import java.util.List;
import java.util.Locale;

/**
 * What a function takes and gives.
 *
 * @param parameters what it takes, in order
 * @param results what it gives, in order
 */
public record FunctionType(List<ValueType> parameters, List<ValueType> results) {

    public FunctionType {
        parameters = List.copyOf(parameters);
        results = List.copyOf(results);
    }

    /**
     * {@return a type in the notation of the specification's text format, such as {@code (i32 i32)
     * -> i64}}
     */
    @Override
    public String toString() {
        return words(parameters) + " -> " + words(results);
    }

    private static String words(List<ValueType> types) {
        StringBuilder text = new StringBuilder("(");
        for (ValueType type : types) {
            text.append(text.length() > 1 ? " " : "").append(type.name().toLowerCase(Locale.ROOT));
        }
        return text.append(')').toString();
    }
}
