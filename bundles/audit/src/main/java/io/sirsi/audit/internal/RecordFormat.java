package io.sirsi.audit.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.internal.Draft.Subject;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a record looks on disk: one JSON object on one line, its keys always in the same order, all
 * of it printable ASCII. Its last key is {@code hash}: SHA-256 over the 64 digits of the hash
 * before it and the bytes of the line up to the comma before {@code "hash"}.
 */
final class RecordFormat {

    /** The longest text that a record keeps of one field, in characters. */
    static final int LONGEST_TEXT = 1024;

    /** How many further facts of an action a record keeps. */
    static final int MOST_DETAILS = 64;

    /** No record is longer than this, in bytes: what is was not written by us. */
    static final int LONGEST_LINE = 1 << 20;

    private static final String HASH_KEY = ",\"hash\":\"";
    private static final int SUFFIX_LENGTH = HASH_KEY.length() + 64 + 2;
    private static final int LAST_ASCII = 0x7f;
    private static final String CUT = "…";

    private final JsonFactory json =
            new JsonFactoryBuilder()
                    .characterEscapes(new PrintableAscii())
                    .highestNonEscapedChar(LAST_ASCII)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                    .build();

    /**
     * A record as it was read.
     *
     * @param record what the API says
     * @param subject whom it is about
     */
    record Stored(AuditRecord record, Subject subject) {}

    /**
     * Writes a record that continues a chain.
     *
     * @param before the chain
     * @param at when
     * @param draft what the record says
     * @param target where its line goes, end included
     * @return the chain after it
     */
    Link write(Link before, Instant at, Draft draft, ByteArrayOutputStream target) {
        long sequence = before.sequence() + 1;
        ByteArrayOutputStream body = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = json.createGenerator(body)) {
            generator.writeStartObject();
            generator.writeNumberField("seq", sequence);
            generator.writeStringField("at", at.toString());
            writeEntry(generator, draft);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        String hash = hash(before, body.toByteArray(), body.size());
        target.writeBytes(body.toByteArray());
        target.writeBytes(suffix(hash));
        target.write('\n');
        return new Link(sequence, hash);
    }

    private static void writeEntry(JsonGenerator generator, Draft draft) throws IOException {
        AuditRecord.Entry entry = draft.entry();
        if (entry instanceof AuditRecord.Intent intent) {
            AuditAction action = intent.action();
            generator.writeStringField("kind", "intent");
            generator.writeStringField("caller", action.caller().name());
            generator.writeStringField("door", cut(action.caller().door()));
            generator.writeStringField("permission", action.permission().value());
            generator.writeStringField("target", cut(action.target()));
            generator.writeObjectFieldStart("detail");
            for (Map.Entry<String, String> detail : details(action.detail()).entrySet()) {
                generator.writeStringField(detail.getKey(), detail.getValue());
            }
            generator.writeEndObject();
        } else if (entry instanceof AuditRecord.Result result) {
            generator.writeStringField("kind", "result");
            generator.writeNumberField("intent", result.intent());
            generator.writeStringField("outcome", result.outcome().name());
            generator.writeStringField("caller", draft.subject().caller());
            generator.writeStringField("permission", draft.subject().permission());
            generator.writeStringField("note", cut(result.note()));
        } else if (entry instanceof AuditRecord.Remark remark) {
            generator.writeStringField("kind", "remark");
            generator.writeStringField("note", cut(remark.note()));
        }
    }

    private static Map<String, String> details(Map<String, String> detail) {
        Map<String, String> kept = new TreeMap<>();
        for (Map.Entry<String, String> each : new TreeMap<>(detail).entrySet()) {
            if (kept.size() == MOST_DETAILS) {
                kept.put(CUT, (detail.size() - MOST_DETAILS) + " more");
                break;
            }
            kept.putIfAbsent(wellFormed(cut(each.getKey())), cut(each.getValue()));
        }
        return kept;
    }

    /** Half characters, which JSON readers take in a value and not in a key, become U+FFFD. */
    private static String wellFormed(String key) {
        int[] characters =
                key.codePoints()
                        .map(c -> Character.getType(c) == Character.SURROGATE ? 0xfffd : c)
                        .toArray();
        return new String(characters, 0, characters.length);
    }

    /** {@return the text, or as much of its beginning as is kept, with a mark at the end} */
    static String cut(String text) {
        if (text.length() <= LONGEST_TEXT) {
            return text;
        }
        int end = LONGEST_TEXT - CUT.length();
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + CUT;
    }

    /**
     * Tells whether a line continues a chain.
     *
     * @param before the chain
     * @param line a line without its end
     * @return the chain after it, or {@code before} itself if the line does not continue it
     */
    Link follow(Link before, byte[] line) {
        long sequence = before.sequence() + 1;
        int body = line.length - SUFFIX_LENGTH;
        byte[] beginning = ascii("{\"seq\":" + sequence + ",");
        if (body < beginning.length
                || !Arrays.equals(line, 0, beginning.length, beginning, 0, beginning.length)) {
            return before;
        }
        String hash = hash(before, line, body);
        boolean holds = Arrays.equals(line, body, line.length, suffix(hash), 0, SUFFIX_LENGTH);
        return holds ? new Link(sequence, hash) : before;
    }

    private static byte[] suffix(String hash) {
        return ascii(HASH_KEY + hash + "\"}");
    }

    private static String hash(Link before, byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ascii(before.hash()));
            digest.update(bytes, 0, length);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a line.
     *
     * @param line a line without its end
     * @return what it says
     * @throws IOException if it is not a record
     */
    Stored read(byte[] line) throws IOException {
        Map<String, String> texts = new HashMap<>();
        Map<String, String> detail = new HashMap<>();
        try (JsonParser parser = json.createParser(new String(line, StandardCharsets.US_ASCII))) {
            expect(parser.nextToken() == JsonToken.START_OBJECT);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.START_OBJECT && key.equals("detail")) {
                    readTexts(parser, detail);
                } else {
                    expect(value.isScalarValue());
                    texts.put(key, parser.getText());
                }
            }
        }
        try {
            return stored(texts, detail);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("not a record of the audit trail: " + e.getMessage(), e);
        }
    }

    private static void readTexts(JsonParser parser, Map<String, String> texts) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            expect(parser.nextToken() == JsonToken.VALUE_STRING);
            texts.put(key, parser.getText());
        }
    }

    private static void expect(boolean condition) throws IOException {
        if (!condition) {
            throw new IOException("not a record of the audit trail");
        }
    }

    private static Stored stored(Map<String, String> texts, Map<String, String> detail) {
        Subject subject =
                new Subject(texts.getOrDefault("caller", ""), texts.getOrDefault("permission", ""));
        return new Stored(
                new AuditRecord(
                        Long.parseLong(text(texts, "seq")),
                        Instant.parse(text(texts, "at")),
                        entry(texts, detail),
                        text(texts, "hash")),
                subject);
    }

    private static AuditRecord.Entry entry(Map<String, String> texts, Map<String, String> detail) {
        String kind = text(texts, "kind");
        return switch (kind) {
            case "intent" ->
                    new AuditRecord.Intent(
                            new AuditAction(
                                    new Caller(text(texts, "caller"), text(texts, "door")),
                                    Permission.of(text(texts, "permission")),
                                    text(texts, "target"),
                                    detail));
            case "result" ->
                    new AuditRecord.Result(
                            Long.parseLong(text(texts, "intent")),
                            AuditOutcome.valueOf(text(texts, "outcome")),
                            text(texts, "note"));
            case "remark" -> new AuditRecord.Remark(text(texts, "note"));
            default -> throw new IllegalArgumentException("kind '" + kind + "'");
        };
    }

    private static String text(Map<String, String> texts, String key) {
        String text = texts.get(key);
        if (text == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return text;
    }
}
