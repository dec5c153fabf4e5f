package io.sirsi.telemetry.internal;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import io.sirsi.telemetry.MetricSample;
import io.sirsi.telemetry.MetricSample.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a registry. */
final class Samples {

    private static final Logger log = LoggerFactory.getLogger(Samples.class);
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private Samples() {}

    /** {@return the samples of all metrics whose name begins with the prefix, in order of name} */
    static List<MetricSample> of(MetricRegistry registry, String prefix) {
        return new TreeMap<>(registry.getMetrics())
                .entrySet().stream()
                        .filter(metric -> metric.getKey().startsWith(prefix))
                        .flatMap(metric -> sample(metric.getKey(), metric.getValue()).stream())
                        .toList();
    }

    private static Optional<MetricSample> sample(String name, Metric metric) {
        if (metric instanceof Timer timer) {
            Map<String, Double> values = distribution(timer.getSnapshot(), NANOS_PER_MILLI);
            values.put("count", (double) timer.getCount());
            values.put("rate1m", timer.getOneMinuteRate());
            return Optional.of(new MetricSample(name, Kind.TIMER, values));
        }
        if (metric instanceof Histogram histogram) {
            Map<String, Double> values = distribution(histogram.getSnapshot(), 1);
            values.put("count", (double) histogram.getCount());
            return Optional.of(new MetricSample(name, Kind.HISTOGRAM, values));
        }
        if (metric instanceof Meter meter) {
            return Optional.of(
                    new MetricSample(
                            name,
                            Kind.METER,
                            Map.of(
                                    "count",
                                    (double) meter.getCount(),
                                    "rate1m",
                                    meter.getOneMinuteRate())));
        }
        if (metric instanceof Counter counter) {
            return Optional.of(
                    new MetricSample(
                            name, Kind.COUNTER, Map.of("count", (double) counter.getCount())));
        }
        if (metric instanceof Gauge<?> gauge) {
            return value(name, gauge)
                    .map(value -> new MetricSample(name, Kind.GAUGE, Map.of("value", value)));
        }
        return Optional.empty();
    }

    private static Map<String, Double> distribution(Snapshot snapshot, double unit) {
        Map<String, Double> values = new HashMap<>();
        values.put("mean", snapshot.getMean() / unit);
        values.put("p50", snapshot.getMedian() / unit);
        values.put("p95", snapshot.get95thPercentile() / unit);
        values.put("p99", snapshot.get99thPercentile() / unit);
        values.put("max", snapshot.getMax() / unit);
        return values;
    }

    /** A gauge may be anyone's: it can fail, and its value need not be a number. */
    private static Optional<Double> value(String name, Gauge<?> gauge) {
        try {
            return gauge.getValue() instanceof Number number
                    ? Optional.of(number.doubleValue()).filter(Double::isFinite)
                    : Optional.empty();
        } catch (RuntimeException e) {
            log.warn("gauge {} cannot be read: {}", name, e.toString());
            return Optional.empty();
        }
    }
}
