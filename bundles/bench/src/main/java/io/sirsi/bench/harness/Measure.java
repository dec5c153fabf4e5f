package io.sirsi.bench.harness;

import java.util.Locale;

/**
 * A figure that becomes rows, one for each contender that ours is compared with.
 *
 * @param id the id of the rows, such as {@code T1}
 * @param what what it is, in words
 * @param figure its name in the {@link Figures} of a slice
 * @param unit how it is written
 */
public record Measure(String id, String what, String figure, Unit unit) {

    /** How figures are written. */
    public enum Unit {
        /** So many a second. */
        PER_SECOND,
        /** Nanoseconds. */
        NANOS,
        /** Microseconds. */
        MICROS,
        /** Milliseconds. */
        MILLIS,
        /** Bytes. */
        BYTES,
        /** MiB a second. */
        MIB_PER_SECOND,
        /** One thing as a multiple of another. */
        TIMES;

        /** {@return a value of this unit for people} */
        public String format(double value) {
            return switch (this) {
                case PER_SECOND -> shortened(value) + "/s";
                case NANOS -> significant(value) + " ns";
                case MICROS -> significant(value) + " µs";
                case MILLIS -> significant(value) + " ms";
                case BYTES -> significant(value) + " B";
                case MIB_PER_SECOND -> significant(value) + " MiB/s";
                case TIMES -> String.format(Locale.ROOT, "%.5f", value);
            };
        }

        private static String shortened(double value) {
            if (value >= 1e6) {
                return significant(value / 1e6) + " M";
            }
            return value >= 1e4 ? significant(value / 1e3) + " k" : significant(value);
        }

        private static String significant(double value) {
            if (value >= 100) {
                return Long.toString(Math.round(value));
            }
            return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
        }
    }
}
