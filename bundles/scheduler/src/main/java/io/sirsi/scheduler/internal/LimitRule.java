package io.sirsi.scheduler.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of the limits, such as {@code aws/*}{@code /eu-west-1=concurrency:4,rate:10/s,burst:20}:
 * for which keys it holds, and what it allows to each concrete one of them.
 *
 * @param line as written, for people
 * @param parts what a key must begin with, part by part; {@code *} stands for any one
 * @param open whether a key may go on after these ({@code /**})
 * @param concurrency how many may run at a time; {@link Integer#MAX_VALUE} if that is not limited
 * @param rate how many may start in a unit of time; 0 if that is not limited
 * @param unitNanos the unit of time
 * @param burst how many may start at once after a pause
 */
record LimitRule(
        String line,
        List<String> parts,
        boolean open,
        int concurrency,
        int rate,
        long unitNanos,
        int burst) {

    private static final int MOST = 1_000_000;
    private static final String ANY = "*";
    private static final String REST = "**";
    private static final Pattern PART = Pattern.compile("\\*|[\\w.-]+");
    private static final Pattern RATE = Pattern.compile("(\\d+)/([smh])");

    LimitRule {
        parts = List.copyOf(parts);
    }

    /** {@return whether the number of starts is limited} */
    boolean limitsRate() {
        return rate > 0;
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException with one sentence that names the line and what is wrong in
     *     it
     */
    static LimitRule parse(String text) {
        String line = text.strip();
        int equals = line.indexOf('=');
        if (equals < 1) {
            throw wrong(line, "it is not KEY=LIMITS");
        }
        List<String> parts =
                new ArrayList<>(List.of(line.substring(0, equals).strip().split("/", -1)));
        boolean open = parts.get(parts.size() - 1).equals(REST);
        if (open) {
            parts.remove(parts.size() - 1);
        }
        for (String part : parts) {
            if (!PART.matcher(part).matches()) {
                throw wrong(
                        line,
                        part.equals(REST)
                                ? "'**' stands for the rest of a key, so it is the last part"
                                : "'" + part + "' is no part of a key");
            }
        }
        int concurrency = 0;
        int rate = 0;
        long unit = 1;
        int burst = 0;
        for (String limit : line.substring(equals + 1).split(",", -1)) {
            String[] pair = limit.strip().split(":", 2);
            String value = pair.length == 2 ? pair[1].strip() : "";
            boolean twice = false;
            switch (pair[0].strip()) {
                case "concurrency" -> {
                    twice = concurrency > 0;
                    concurrency = number(line, limit, value);
                }
                case "rate" -> {
                    Matcher matcher = RATE.matcher(value);
                    if (!matcher.matches()) {
                        throw wrong(
                                line,
                                "'"
                                        + limit.strip()
                                        + "' is not rate:N/s, rate:N/m or rate:N/h with a whole number N");
                    }
                    twice = rate > 0;
                    rate = number(line, limit, matcher.group(1));
                    unit = unit(matcher.group(2)).toNanos(1);
                }
                case "burst" -> {
                    twice = burst > 0;
                    burst = number(line, limit, value);
                }
                default ->
                        throw wrong(
                                line,
                                "'"
                                        + limit.strip()
                                        + "' is not concurrency:N, rate:N/s (or /m, /h) or burst:N");
            }
            if (twice) {
                throw wrong(line, "'" + limit.strip() + "' comes a second time");
            }
        }
        if (rate == 0 && burst > 0) {
            throw wrong(line, "'burst:" + burst + "' needs a rate");
        }
        if (rate > 0 && burst == 0) {
            burst = (int) Math.max(1, rate * TimeUnit.SECONDS.toNanos(1) / unit);
        }
        return new LimitRule(
                line,
                parts,
                open,
                concurrency == 0 ? Integer.MAX_VALUE : concurrency,
                rate,
                unit,
                burst);
    }

    /**
     * {@return the strictest rule for the keys of a line that is wrong; empty if these are, too}
     */
    static Optional<LimitRule> strictest(String text) {
        int equals = text.indexOf('=');
        try {
            return Optional.of(parse(text.substring(0, Math.max(0, equals)) + "=concurrency:1"));
        } catch (IllegalArgumentException wrongKeys) {
            return Optional.empty();
        }
    }

    private static TimeUnit unit(String letter) {
        return switch (letter) {
            case "s" -> TimeUnit.SECONDS;
            case "m" -> TimeUnit.MINUTES;
            default -> TimeUnit.HOURS;
        };
    }

    private static int number(String line, String limit, String digits) {
        int value = digits.matches("\\d{1,7}") ? Integer.parseInt(digits) : 0;
        if (value < 1 || value > MOST) {
            throw wrong(line, "'" + limit.strip() + "' is not a number from 1 to " + MOST);
        }
        return value;
    }

    private static IllegalArgumentException wrong(String line, String what) {
        return new IllegalArgumentException("limit '" + line + "' is wrong: " + what);
    }

    /**
     * {@return the concrete key whose limits a key shares by this rule: all of it, or what comes
     * before the open end; empty if the rule does not hold for it}
     */
    Optional<String> sharedBy(String key) {
        int from = 0;
        for (String part : parts) {
            if (from > key.length()) {
                return Optional.empty();
            }
            int slash = key.indexOf('/', from);
            int end = slash < 0 ? key.length() : slash;
            boolean same = part.length() == end - from && key.startsWith(part, from);
            if (!same && !part.equals(ANY)) {
                return Optional.empty();
            }
            from = end + 1;
        }
        if (from > key.length()) {
            return Optional.of(key);
        }
        if (!open) {
            return Optional.empty();
        }
        return Optional.of(from == 0 ? REST : key.substring(0, from - 1));
    }

    /** {@return the rule's keys, as written} */
    String pattern() {
        return line.substring(0, line.indexOf('=')).strip();
    }
}
