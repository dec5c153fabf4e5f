package io.sirsi.report.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values as a person reads them: in English, times in UTC. */
final class DisplayText {

    private static final char REPLACEMENT = '\uFFFD';
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final long SECOND_MS = 1_000;
    private static final int MINUTE_S = 60;
    private static final int HOUR_S = 3_600;
    private static final double KIBI = 1_024;

    private DisplayText() {}

    /**
     * {@return the text with each character that is not seen but changes what is seen written as
     * its number, such as {@code [U+202E]}: control characters, zero-width ones, and those that
     * turn the direction of what follows}
     */
    static String visible(String text) {
        int first = 0;
        while (first < text.length() && plain(text, first)) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder seen = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (plain(text, i)) {
                seen.append(c);
            } else if (Character.isSurrogate(c)) {
                seen.append(REPLACEMENT);
            } else {
                seen.append(String.format("[U+%04X]", (int) c));
            }
        }
        return seen.toString();
    }

    /**
     * {@return the text with each half of a surrogate pair that lacks its other half replaced:
     * UTF-8 cannot write it}
     */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (loneSurrogate(text, i)) {
                char[] chars = text.toCharArray();
                for (int at = i; at < chars.length; at++) {
                    if (loneSurrogate(text, at)) {
                        chars[at] = REPLACEMENT;
                    }
                }
                return new String(chars);
            }
        }
        return text;
    }

    /**
     * {@return an attribute's value, with a number of bytes in a unit that can be read, and
     * exactly}
     */
    static String attribute(String name, String value) {
        if (!name.endsWith("Bytes") || !value.matches("\\d{1,18}")) {
            return value;
        }
        double size = Long.parseLong(value);
        if (size < KIBI) {
            return value + " bytes";
        }
        int unit = -1;
        while (size >= KIBI && unit < UNITS.length - 1) {
            size /= KIBI;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s (%s bytes)", size, UNITS[unit], value);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@return such as {@code 1 resource} or {@code 2,000 resources}} */
    static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    static String minute(Instant time) {
        return MINUTE.format(time);
    }

    static String second(Instant time) {
        return SECOND.format(time);
    }

    static String duration(Duration time) {
        long ms = Math.max(0, time.toMillis());
        if (ms < SECOND_MS) {
            return ms + " ms";
        }
        if (ms < MINUTE_S * SECOND_MS) {
            return String.format(Locale.ROOT, "%.1f s", Math.floor(ms / 100.0) / 10);
        }
        long seconds = ms / SECOND_MS;
        return seconds < HOUR_S
                ? seconds / MINUTE_S + " min " + seconds % MINUTE_S + " s"
                : seconds / HOUR_S + " h " + seconds % HOUR_S / MINUTE_S + " min";
    }

    private static boolean plain(String text, int at) {
        char c = text.charAt(at);
        if (c < 0x20) {
            return c == '\t'
                    || c == '\n'; // an HTML parser would turn a carriage return into a line feed
        }
        if (c < 0x7F) {
            return true;
        }
        return !(c <= 0x9F
                || c == 0x061C
                || c == 0x200B
                || c == 0x200E
                || c == 0x200F
                || (c >= 0x2028 && c <= 0x202E)
                || (c >= 0x2060 && c <= 0x2069)
                || c == 0xFEFF
                || loneSurrogate(text, at));
    }

    private static boolean loneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
