package io.sirsi.shell.internal;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people type them: {@code 500ms}, {@code 90s}, {@code 15m}, {@code 8h}, {@code 2d},
 * or ISO 8601.
 */
public final class Durations {

    private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @param text what was typed
     * @return the duration
     * @throws IllegalArgumentException naming the text and what can be written
     */
    public static Duration parse(String text) {
        Matcher matcher = SHORT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
        try {
            return Duration.parse(text.strip());
        } catch (DateTimeParseException notIso) {
            if (text.strip().startsWith("-")) {
                throw new IllegalArgumentException(
                        "a duration is not negative: '" + text + "'; write one like 90s.", notIso);
            }
            throw new IllegalArgumentException(
                    "not a duration: '" + text + "'; write one like 90s, 15m, 8h or PT15M.",
                    notIso);
        }
    }
}
