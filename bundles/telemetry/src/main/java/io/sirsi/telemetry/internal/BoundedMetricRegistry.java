package io.sirsi.telemetry.internal;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;

/**
 * A registry that takes a limited number of names. Whoever asks for one more gets a metric that
 * works and that nobody sees, and {@code metrics.refused} counts the asking.
 */
final class BoundedMetricRegistry extends MetricRegistry {

    /** Counts what was not measured. */
    static final String REFUSED = "metrics.refused";

    private final int limit;
    private final Counter refused = new Counter();

    BoundedMetricRegistry(int limit) {
        this.limit = limit;
        super.register(REFUSED, refused);
    }

    /** Counts a value that could not be measured. */
    void refuse() {
        refused.inc();
    }

    // Every way of adding a metric ends here.
    @Override
    public synchronized <T extends Metric> T register(String name, T metric) {
        if (getMetrics().size() >= limit && !getMetrics().containsKey(name)) {
            refuse();
            return metric;
        }
        return super.register(name, metric);
    }
}
