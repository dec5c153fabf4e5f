package io.sirsi.wasm.internal.binary;

import java.util.Locale;

/** How sentences show what comes from a module, whatever it is. */
final class Words {

    /** How many types of a function are shown. */
    static final int LONGEST_LIST = 20;

    private static final int LONGEST = 60;

    private Words() {}

    /** {@return a name in quotes, shortened, without control characters} */
    static String quoted(String name) {
        StringBuilder text = new StringBuilder("'");
        name.codePoints()
                .limit(LONGEST)
                .map(c -> printable(c) ? c : '?')
                .forEach(text::appendCodePoint);
        return text.append(name.codePointCount(0, name.length()) > LONGEST ? "…'" : "'").toString();
    }

    /** {@return a number with separators, such as 10,000} */
    static String figure(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@return a number of things, such as 1 byte or 10,000 bytes} */
    static String many(long number, String thing) {
        return figure(number) + " " + thing + (number == 1 ? "" : "s");
    }

    /** {@return a byte as 0x2a} */
    static String hex(int value) {
        return String.format(Locale.ROOT, "0x%02x", value);
    }

    private static boolean printable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
