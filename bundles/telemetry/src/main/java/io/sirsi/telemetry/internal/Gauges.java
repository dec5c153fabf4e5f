package io.sirsi.telemetry.internal;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.MetricSet;
import com.codahale.metrics.jvm.CachedThreadStatesGaugeSet;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberStats;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** What is not told by events but read when someone looks. */
final class Gauges {

    /** Looking at all threads takes milliseconds; a fresher answer is not worth that. */
    private static final long THREADS_SECONDS = 10;

    private Gauges() {}

    /** Registers the gauges of the virtual machine: memory, threads, garbage collection, uptime. */
    static void ofTheMachine(MetricRegistry registry) {
        registerNumbers(registry, "jvm.memory.", new MemoryUsageGaugeSet());
        registerNumbers(registry, "jvm.gc.", new GarbageCollectorMetricSet());
        registerNumbers(
                registry,
                "jvm.threads.",
                new CachedThreadStatesGaugeSet(THREADS_SECONDS, TimeUnit.SECONDS));
        register(registry, "jvm.uptime-ms", () -> ManagementFactory.getRuntimeMXBean().getUptime());
    }

    private static void registerNumbers(MetricRegistry registry, String prefix, MetricSet metrics) {
        for (Map.Entry<String, Metric> metric : metrics.getMetrics().entrySet()) {
            // "deadlocks" lists stack traces, and looks for them at each reading.
            if (!metric.getKey().equals("deadlocks")) {
                registry.register(
                        Recorder.clean(prefix + Recorder.part(metric.getKey())), metric.getValue());
            }
        }
    }

    /** Registers the gauges of the event bus: who listens, what waits, what was lost. */
    static void ofTheBus(MetricRegistry registry, EventBus bus) {
        register(registry, "events.subscribers", () -> bus.subscribers().size());
        register(registry, "events.dead-letters", () -> bus.deadLetters().size());
        register(registry, "events.delivered", () -> sum(bus, SubscriberStats::delivered));
        register(registry, "events.failed", () -> sum(bus, SubscriberStats::failed));
        register(registry, "events.dropped", () -> sum(bus, SubscriberStats::dropped));
        register(registry, "events.waiting", () -> sum(bus, SubscriberStats::waiting));
    }

    private static long sum(EventBus bus, ToLongFunction<SubscriberStats> what) {
        return bus.subscribers().stream().mapToLong(what).sum();
    }

    private static void register(MetricRegistry registry, String name, Gauge<?> gauge) {
        registry.register(name, gauge);
    }
}
