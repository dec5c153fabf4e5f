package io.sirsi.aws.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Reads the values of one configuration, which come as text, numbers or arrays of them. Says in one
 * sentence which value of which file makes no sense.
 */
final class Settings {

    private final String file;
    private final Map<String, Object> values;

    /**
     * Reads.
     *
     * @param file the file's name, for sentences
     * @param values what it says
     */
    Settings(String file, Map<String, Object> values) {
        this.file = file;
        this.values = values;
    }

    /** {@return the text, without spaces around it; the default if there is none} */
    String text(String key, String byDefault) {
        Object value = values.get(key);
        String text = value == null ? "" : value.toString().strip();
        return text.isEmpty() ? byDefault : text;
    }

    /** {@return the texts of an array or of a list with commas} */
    List<String> list(String key, List<String> byDefault) {
        Object value = values.get(key);
        if (value == null) {
            return byDefault;
        }
        Collection<?> parts =
                value instanceof Object[] array
                        ? Arrays.asList(array)
                        : value instanceof Collection<?> many ? many : List.of(value);
        List<String> texts = new ArrayList<>();
        for (Object part : parts) {
            for (String text : part.toString().split(",", -1)) {
                if (!text.isBlank()) {
                    texts.add(text.strip());
                }
            }
        }
        return List.copyOf(texts);
    }

    /** {@return true or false} */
    boolean flag(String key, boolean byDefault) {
        String text = text(key, Boolean.toString(byDefault));
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return Boolean.parseBoolean(text);
        }
        throw wrong(key, text, "write true or false");
    }

    /** {@return a whole number} */
    int whole(String key, int byDefault, int from, int to) {
        String text = text(key, Integer.toString(byDefault));
        try {
            int number = Integer.parseInt(text);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw wrong(key, text, "write a whole number from " + from + " to " + to);
    }

    /** {@return a rate} */
    double rate(String key, String text) {
        try {
            double number = Double.parseDouble(text);
            if (number >= 0.1 && number <= 1000) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw wrong(key, text, "write a number from 0.1 to 1000");
    }

    /** {@return what to throw for a value that makes no sense} */
    IllegalArgumentException wrong(String key, String value, String remedy) {
        return new IllegalArgumentException(key + " in " + file + " is '" + value + "': " + remedy);
    }
}
