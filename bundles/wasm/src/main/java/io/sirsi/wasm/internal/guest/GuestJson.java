package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * JSON as it crosses between guest and host: UTF-8 without a mark, no key twice, nothing behind it,
 * no half of a surrogate pair, at most {@value #MAX_DEPTH} deep. Numbers keep every digit.
 */
final class GuestJson {

    /** The deepest nesting. */
    static final int MAX_DEPTH = 64;

    /** So many brackets, keys and values take about 8 MB as a tree. */
    private static final int MAX_TOKENS = 100_000;

    private static final int MAX_NAME = 4_096;
    private static final int MAX_NUMBER = 400;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxTokenCount(MAX_TOKENS)
                                                    .maxNameLength(MAX_NAME)
                                                    .maxNumberLength(MAX_NUMBER)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private GuestJson() {}

    /** {@return a new, empty object} */
    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** {@return a new, empty array} */
    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /**
     * Reads an object.
     *
     * @param what what it is, for the sentence, such as {@code the request}
     * @throws Refusal INVALID if it is not one; the sentence quotes nothing of it
     */
    static ObjectNode readObject(byte[] utf8, String what) throws Refusal {
        if (read(text(utf8, what), what) instanceof ObjectNode object) {
            return object;
        }
        throw Refusal.invalid(what + " is not a JSON object");
    }

    /**
     * Reads any value.
     *
     * @throws Refusal INVALID if it is not one
     */
    static JsonNode read(String json, String what) throws Refusal {
        JsonNode value;
        try {
            value = MAPPER.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw Refusal.invalid(what + " is not JSON as the interface wants it" + at(malformed));
        }
        if (value.isMissingNode()) {
            throw Refusal.invalid(what + " is empty; it must be a JSON value");
        }
        if (!wellFormed(write(value))) {
            throw Refusal.invalid(what + " has half of a surrogate pair");
        }
        return value;
    }

    /** {@return the value as text} */
    static String write(JsonNode value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) { // a tree can always be written
            throw new IllegalStateException(impossible);
        }
    }

    /** {@return the value in UTF-8} */
    static byte[] bytes(JsonNode value) {
        return write(value).getBytes(StandardCharsets.UTF_8);
    }

    /** {@return a text as it stands between the quotes of a JSON string} */
    static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    private static boolean wellFormed(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static String text(byte[] utf8, String what) throws Refusal {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException malformed) {
            throw Refusal.invalid(what + " is not UTF-8");
        }
    }

    private static String at(JsonProcessingException malformed) {
        return malformed.getLocation() == null
                ? ""
                : " (line "
                        + malformed.getLocation().getLineNr()
                        + ", column "
                        + malformed.getLocation().getColumnNr()
                        + ")";
    }
}
