package io.sirsi.telemetry.internal;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Writes measured values; never throws, even if the name belongs to a metric of another kind.
 * Thread-safe.
 */
final class Recorder {

    private static final int LONGEST_NAME = 100;
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final BoundedMetricRegistry registry;

    Recorder(BoundedMetricRegistry registry) {
        this.registry = registry;
    }

    /** Adds a duration to a timer; a negative one counts as zero. */
    void time(String name, Duration elapsed) {
        Duration atLeastZero = elapsed.isNegative() ? Duration.ZERO : elapsed;
        long nanos = atLeastZero.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : atLeastZero.toNanos();
        write(() -> registry.timer(name).update(nanos, TimeUnit.NANOSECONDS));
    }

    /** Adds one to a counter. */
    void count(String name) {
        count(name, 1);
    }

    /** Adds to a counter; it is there afterwards even if nothing was added. */
    void count(String name, long more) {
        write(() -> registry.counter(name).inc(more));
    }

    /** Adds a value to a histogram. */
    void value(String name, long value) {
        write(() -> registry.histogram(name).update(value));
    }

    private void write(Runnable update) {
        try {
            update.run();
        } catch (IllegalArgumentException e) {
            registry.refuse(); // The name belongs to a metric of another kind.
        }
    }

    /** {@return a part of a name, from a constant or a class such as {@code TimedOut}} */
    static String part(String word) {
        return word.replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .replace('_', '-')
                .toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the name, at most 100 characters of it, where every character that is not allowed is
     * an underscore}
     */
    static String clean(String name) {
        String shortened = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
        return shortened.replaceAll("[^a-z0-9._-]", "_");
    }
}
