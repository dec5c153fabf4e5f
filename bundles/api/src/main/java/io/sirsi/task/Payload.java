package io.sirsi.task;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What goes into a task and what comes out of it: text of at most 1,048,576 characters and what
 * kind of text it is.
 *
 * @param contentType its media type: {@link #JSON}, {@link #FIELDS}, or any other
 * @param text the text
 */
public record Payload(String contentType, String text) {

    /** The media type of JSON. */
    public static final String JSON = "application/json";

    /** The media type of named values: form encoding, as in the URL standard. */
    public static final String FIELDS = "application/x-www-form-urlencoded";

    /** Nothing: no named values. */
    public static final Payload NONE = new Payload(FIELDS, "");

    /** The longest text, in characters. */
    public static final int MAX_LENGTH = 1 << 20;

    public Payload {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a payload has at most "
                            + MAX_LENGTH
                            + " characters, this one has "
                            + text.length());
        }
    }

    /** {@return JSON text, not checked here} */
    public static Payload json(String json) {
        return new Payload(JSON, json);
    }

    /** {@return named values} */
    public static Payload fields(Map<String, String> fields) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(fields)
                .forEach(
                        (key, value) -> {
                            if (text.length() > 0) {
                                text.append('&');
                            }
                            text.append(URLEncoder.encode(key, StandardCharsets.UTF_8))
                                    .append('=')
                                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
                        });
        return new Payload(FIELDS, text.toString());
    }

    /**
     * Reads named values.
     *
     * @return the values by name, unmodifiable
     * @throws IllegalStateException if this payload is of another kind
     */
    public Map<String, String> fields() {
        if (!contentType.equals(FIELDS)) {
            throw new IllegalStateException("this payload is " + contentType + ", not " + FIELDS);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            int cut = pair.indexOf('=');
            if (cut >= 0) {
                fields.put(
                        URLDecoder.decode(pair.substring(0, cut), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(cut + 1), StandardCharsets.UTF_8));
            }
        }
        return Collections.unmodifiableMap(fields);
    }
}
