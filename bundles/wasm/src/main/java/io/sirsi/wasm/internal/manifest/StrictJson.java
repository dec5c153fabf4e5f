package io.sirsi.wasm.internal.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads a small JSON object that a stranger wrote: UTF-8, nothing twice, nothing after its end,
 * neither deep nor long. Thread-safe.
 */
final class StrictJson {

    /** The most bytes that an object has. */
    static final int BYTES = 64 * 1024;

    private static final int DEPTH = 16;
    private static final int NAME = 200;
    private static final int TEXT = 8 * 1024;
    private static final int DIGITS = 40;
    private static final int TOKENS = 10_000;

    /** Beyond it, a number is not kept exactly everywhere. */
    private static final double LARGEST = 1e15;

    /** Where Jackson names the method of its own that a limit is from. */
    private static final Pattern OWN_METHOD = Pattern.compile(", from `[^`]*`");

    private static final Pattern NOT_PRINTABLE = Pattern.compile("\\p{C}+");
    private static final int LONGEST_REASON = 160;

    private final ObjectReader reader =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxDocumentLength(BYTES)
                                                    .maxNestingDepth(DEPTH)
                                                    .maxNameLength(NAME)
                                                    .maxStringLength(TEXT)
                                                    .maxNumberLength(DIGITS)
                                                    .maxTokenCount(TOKENS)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .reader();

    /**
     * {@return an object}
     *
     * @param bytes its text
     * @throws RefusedManifestException if it is anything else
     */
    ObjectNode object(byte[] bytes) throws RefusedManifestException {
        if (bytes.length > BYTES) {
            throw new RefusedManifestException(
                    "the metadata has " + bytes.length + " bytes: at most " + BYTES);
        }
        JsonNode node = read(text(bytes));
        if (!(node instanceof ObjectNode object)) {
            throw new RefusedManifestException(
                    node.isMissingNode()
                            ? "the metadata is empty: it must be a JSON object"
                            : "the metadata is not a JSON object");
        }
        numbers(object, "");
        return object;
    }

    private static String text(byte[] bytes) throws RefusedManifestException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notText) {
            throw new RefusedManifestException("the metadata is not UTF-8");
        }
    }

    private JsonNode read(String text) throws RefusedManifestException {
        try {
            return reader.readTree(text);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new RefusedManifestException(
                    "the metadata is not the JSON that is read here"
                            + (at == null
                                    ? ""
                                    : ", line " + at.getLineNr() + ", column " + at.getColumnNr())
                            + ": "
                            + printable(OWN_METHOD.matcher(e.getOriginalMessage()).replaceAll("")));
        }
    }

    /** Refuses what would be kept as something else, such as 1e400. Never deeper than was read. */
    private static void numbers(JsonNode node, String path) throws RefusedManifestException {
        if (node.isNumber() && !(Math.abs(node.doubleValue()) <= LARGEST)) {
            throw new RefusedManifestException(
                    "metadata " + path + ": the number is beyond 1e15 or -1e15");
        }
        for (var entry : node.properties()) {
            numbers(entry.getValue(), path + "/" + printable(entry.getKey()));
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                numbers(element, path);
            }
        }
    }

    /** {@return a text of a stranger as it can stand in a sentence} */
    static String printable(String text) {
        String line = NOT_PRINTABLE.matcher(text).replaceAll(" ");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
    }
}
