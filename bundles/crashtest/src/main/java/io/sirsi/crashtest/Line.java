package io.sirsi.crashtest;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of a history or of a conversation between two processes: a flat JSON object whose values
 * are texts and whole numbers. The field {@code e} says what happened. Not thread-safe while it is
 * filled.
 */
final class Line {

    private static final String EVENT = "e";

    private final Map<String, Object> fields = new LinkedHashMap<>();

    private Line() {}

    static Line of(String event) {
        return new Line().with(EVENT, event);
    }

    Line with(String key, String value) {
        fields.put(key, value);
        return this;
    }

    Line with(String key, long value) {
        fields.put(key, value);
        return this;
    }

    /** {@return a copy under another name} */
    Line as(String event) {
        Line copy = new Line();
        copy.fields.putAll(fields);
        return copy.with(EVENT, event);
    }

    String event() {
        return text(EVENT);
    }

    boolean is(String event) {
        return event.equals(fields.get(EVENT));
    }

    boolean has(String key) {
        return fields.containsKey(key);
    }

    /** {@return the text of a field; empty if there is no such field} */
    String text(String key) {
        Object value = fields.get(key);
        return value == null ? "" : value.toString();
    }

    /** {@return the number of a field; 0 if there is no such field} */
    long number(String key) {
        return fields.get(key) instanceof Long number ? number : 0;
    }

    boolean flag(String key) {
        return number(key) != 0;
    }

    @Override
    public String toString() {
        StringBuilder json = new StringBuilder(160).append('{');
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            if (json.length() > 1) {
                json.append(',');
            }
            quote(json, field.getKey()).append(':');
            if (field.getValue() instanceof Long number) {
                json.append(number.longValue());
            } else {
                quote(json, field.getValue().toString());
            }
        }
        return json.append('}').toString();
    }

    private static StringBuilder quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"');
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException for anything else, such as half a line
     */
    static Line parse(String json) {
        return new Parser(json).line();
    }

    /** Reads one line, from left to right. */
    private static final class Parser {
        private final String json;
        private int at;

        Parser(String json) {
            this.json = json;
        }

        Line line() {
            Line line = new Line();
            expect('{');
            if (peek() != '}') {
                do {
                    String key = string();
                    expect(':');
                    line.fields.put(key, peek() == '"' ? string() : (Object) integer());
                } while (skip(','));
            }
            expect('}');
            if (at != json.length()) {
                throw wrong();
            }
            return line;
        }

        private String string() {
            expect('"');
            StringBuilder text = new StringBuilder();
            while (peek() != '"') {
                char c = json.charAt(at++);
                if (c != '\\') {
                    text.append(c);
                } else if (peek() == 'u') {
                    if (at + 5 > json.length()) {
                        throw wrong();
                    }
                    text.append((char) Integer.parseInt(json.substring(at + 1, at + 5), 16));
                    at += 5;
                } else {
                    text.append(json.charAt(at++));
                }
            }
            at++;
            return text.toString();
        }

        private Long integer() {
            int start = at;
            while (at < json.length() && "-0123456789".indexOf(json.charAt(at)) >= 0) {
                at++;
            }
            return Long.valueOf(json.substring(start, at));
        }

        private char peek() {
            if (at >= json.length()) {
                throw wrong();
            }
            return json.charAt(at);
        }

        private boolean skip(char c) {
            if (peek() == c) {
                at++;
                return true;
            }
            return false;
        }

        private void expect(char c) {
            if (!skip(c)) {
                throw wrong();
            }
        }

        private IllegalArgumentException wrong() {
            return new IllegalArgumentException("not a line of a history, at " + at + ": " + json);
        }
    }
}
