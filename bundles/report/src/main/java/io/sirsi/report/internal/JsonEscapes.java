package io.sirsi.report.internal;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/**
 * What JSON need not escape and we do, because of where it is read. The value that is read back is
 * the same.
 */
final class JsonEscapes extends CharacterEscapes {

    private static final long serialVersionUID = 1L;
    private static final int NEXT_LINE = 0x85;
    private static final int LINE_SEPARATOR = 0x2028;
    private static final int PARAGRAPH_SEPARATOR = 0x2029;

    private final int[] ascii;

    private JsonEscapes(String extra) {
        ascii = standardAsciiEscapesForJSON();
        extra.chars().forEach(c -> ascii[c] = ESCAPE_STANDARD);
    }

    /** {@return for one object a line: nothing that any reader takes for the end of a line} */
    static JsonEscapes onOneLine() {
        return new JsonEscapes("");
    }

    /** {@return for JSON between script tags: nothing that could end them or begin a comment} */
    static JsonEscapes insideScript() {
        return new JsonEscapes("<>&");
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return ascii;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        return character == NEXT_LINE
                        || character == LINE_SEPARATOR
                        || character == PARAGRAPH_SEPARATOR
                ? new SerializedString(String.format("\\u%04x", character))
                : null;
    }
}
