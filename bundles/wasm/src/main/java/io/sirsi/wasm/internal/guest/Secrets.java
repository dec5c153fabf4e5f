package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The secrets that a task was given, so that they can be made unreadable in what it shows. Guards
 * against a slip of the guest's author, not against a guest that wants to tell.
 */
final class Secrets {

    private static final String INSTEAD = "[secret]";

    /** Shorter ones stand in half of all texts. */
    private static final int SHORTEST = 4;

    private final Set<String> values = new LinkedHashSet<>();

    void add(String secret) {
        if (secret.length() >= SHORTEST) {
            values.add(secret);
            values.add(GuestJson.escaped(secret));
        }
    }

    void clear() {
        values.clear();
    }

    String masked(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, INSTEAD);
        }
        return masked;
    }

    JsonNode masked(JsonNode value) {
        if (values.isEmpty()) {
            return value;
        }
        if (value.isTextual()) {
            return TextNode.valueOf(masked(value.textValue()));
        }
        if (value.isArray()) {
            ArrayNode masked = GuestJson.array();
            value.forEach(one -> masked.add(masked(one)));
            return masked;
        }
        if (value.isObject()) {
            ObjectNode masked = GuestJson.object();
            for (Map.Entry<String, JsonNode> one : value.properties()) {
                masked.set(masked(one.getKey()), masked(one.getValue()));
            }
            return masked;
        }
        return values.contains(value.asText()) ? TextNode.valueOf(INSTEAD) : value;
    }
}
