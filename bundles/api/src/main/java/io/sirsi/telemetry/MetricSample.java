package io.sirsi.telemetry;

import java.util.Map;

/**
 * One metric at one moment.
 *
 * @param name its dotted name
 * @param kind what it is
 * @param values its numbers by name: a gauge has "value", a counter has "count", and a timer has
 *     "count", "rate1m" (per second), and "mean", "p50", "p95", "p99", "max" in milliseconds
 */
public record MetricSample(String name, Kind kind, Map<String, Double> values) {

    /** What a metric is. */
    public enum Kind {
        /** A value that is read. */
        GAUGE,
        /** A value that is counted. */
        COUNTER,
        /** Events per second. */
        METER,
        /** A distribution of values. */
        HISTOGRAM,
        /** A distribution of durations, in milliseconds. */
        TIMER
    }

    public MetricSample {
        values = Map.copyOf(values);
    }
}
