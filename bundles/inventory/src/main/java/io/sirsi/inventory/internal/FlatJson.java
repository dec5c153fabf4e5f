package io.sirsi.inventory.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes and reads JSON objects whose values are all strings: the shape of tags and attributes. A
 * whole JSON library for this one shape would be larger than the rest of the bundle.
 */
final class FlatJson {

    private final String text;
    private int at;

    private FlatJson(String text) {
        this.text = text;
    }

    /** {@return the object's text, its names in order} */
    static String write(Map<String, String> values) {
        StringBuilder out = new StringBuilder(values.size() * 32 + 2).append('{');
        new TreeMap<>(values)
                .forEach(
                        (name, value) -> {
                            if (out.length() > 1) {
                                out.append(',');
                            }
                            quote(out, name);
                            out.append(':');
                            quote(out, value);
                        });
        return out.append('}').toString();
    }

    /**
     * Reads what {@link #write} wrote, in whatever layout the database gives it back.
     *
     * @throws IllegalArgumentException if the text is anything but an object of strings
     */
    static Map<String, String> read(String text) {
        return new FlatJson(text).object();
    }

    private Map<String, String> object() {
        Map<String, String> values = new LinkedHashMap<>();
        expect('{');
        if (peek() != '}') {
            do {
                String name = string();
                expect(':');
                values.put(name, string());
            } while (accept(','));
        }
        expect('}');
        if (peek() != '\0') {
            throw broken();
        }
        return values;
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw broken();
                }
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> throw broken();
        };
    }

    private char next() {
        if (at >= text.length()) {
            throw broken();
        }
        return text.charAt(at++);
    }

    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean accept(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw broken();
        }
    }

    private IllegalArgumentException broken() {
        return new IllegalArgumentException(
                "not an object of strings, at character " + at + ": " + text);
    }

    private static void quote(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                // A lone surrogate is no character, and would not survive the way through UTF-8.
                boolean pair =
                        Character.isHighSurrogate(c)
                                && i + 1 < value.length()
                                && Character.isLowSurrogate(value.charAt(i + 1));
                if (pair) {
                    out.append(c).append(value.charAt(++i));
                } else if (Character.isSurrogate(c)) {
                    out.append('\ufffd');
                } else {
                    out.append(String.format("\\u%04x", (int) c));
                }
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
