package io.sirsi.shell.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values as people read them, without control characters: what came from outside cannot drive a
 * terminal.
 */
public final class Text {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    private static final DateTimeFormatter ZONED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss z", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    private static final Pattern ISO_INSTANT =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?Z");

    private Text() {}

    /** {@return a value in words; empty for nothing} */
    public static String of(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Optional<?> optional) {
            return optional.map(Text::of).orElse("");
        }
        if (value instanceof Instant instant) {
            return TIME.format(instant);
        }
        if (value instanceof Duration duration) {
            return duration(duration);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().charAt(0)
                    + constant.name().substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
        }
        if (value instanceof Collection<?> all) {
            return all.stream().map(Text::of).sorted().collect(Collectors.joining(", "));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> of(entry.getKey()) + "=" + of(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(", "));
        }
        return printable(value.toString());
    }

    /** {@return a moment to the second, with the zone that it is told in} */
    public static String zoned(Instant instant) {
        return ZONED.format(instant);
    }

    /** {@return a sentence whose moments are told to the second, in the zone of the node} */
    public static String sentence(String sentence) {
        return ISO_INSTANT
                .matcher(printable(sentence))
                .replaceAll(found -> zoned(Instant.parse(found.group())));
    }

    /**
     * {@return a length of time, such as {@code 412 ms}, {@code 3.2 s}, {@code 5m 12s}, {@code 3h
     * 4m}, {@code 2d 1h}}
     */
    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
        }
        if (duration.toMinutes() < 60) {
            return duration.toMinutes() + "m " + duration.toSecondsPart() + "s";
        }
        if (duration.toHours() < 48) {
            return duration.toHours() + "h " + duration.toMinutesPart() + "m";
        }
        return duration.toDays() + "d " + duration.toHoursPart() + "h";
    }

    /** {@return a number with what it counts, in the plural where there is not just one} */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /**
     * {@return the text with a question mark for every character that could steer a terminal or
     * reverse the reading}
     */
    public static String printable(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (Character.isISOControl(letter) || Character.getType(letter) == Character.FORMAT) {
                safe = safe == null ? new StringBuilder(text) : safe;
                safe.setCharAt(i, '?');
            }
        }
        return safe == null ? text : safe.toString();
    }
}
