package io.sirsi.telemetry.internal;

import com.codahale.metrics.MetricFilter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jmx.JmxReporter;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.telemetry.AgentMetrics;
import io.sirsi.telemetry.MetricSample;
import io.sirsi.telemetry.MetricsSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.management.MBeanServer;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of one node: owns the registry, offers it as a service and through JMX, and fills it
 * from the event bus.
 */
@Component(name = "io.sirsi.telemetry", immediate = true)
@Designate(ocd = DefaultAgentMetrics.Config.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"com.codahale.metrics.MetricRegistry\"")
public final class DefaultAgentMetrics implements AgentMetrics, MetricsSource {

    /** What can be configured. */
    @ObjectClassDefinition(id = "io.sirsi.telemetry", name = "Telemetry")
    @interface Config {

        /** {@return how many metrics there may be, 200 to 100,000} */
        @AttributeDefinition(
                name = "Metrics",
                description =
                        "How many metrics there may be, 200 to 100000. Further ones are counted in"
                                + " metrics.refused and dropped.")
        int maxMetrics() default 2000;

        /** {@return how many events may wait to be measured, 1 to 1,048,576} */
        @AttributeDefinition(
                name = "Event queue",
                description =
                        "How many events may wait to be measured, 1 to 1048576. When there are"
                                + " more, the oldest are not measured.")
        int eventQueueCapacity() default 8192;
    }

    /** The JMX domain of all metrics. */
    static final String DOMAIN = "io.sirsi.metrics";

    private static final Logger log = LoggerFactory.getLogger(DefaultAgentMetrics.class);

    private final BoundedMetricRegistry registry;
    private final Recorder recorder;
    private final Deque<Runnable> undo = new ArrayDeque<>();

    /** Where the component lives, apart from the event bus. */
    record Surroundings(MBeanServer beans, Function<MetricRegistry, Runnable> offer) {}

    /**
     * Begins to measure.
     *
     * @param context the bundle, which offers the registry
     * @param bus whose events are measured
     * @param config its configuration
     */
    @Activate
    public DefaultAgentMetrics(BundleContext context, @Reference EventBus bus, Config config) {
        this(
                bus,
                checked("maxMetrics", config.maxMetrics(), 200, 100_000),
                checked("eventQueueCapacity", config.eventQueueCapacity(), 1, 1 << 20),
                new Surroundings(
                        ManagementFactory.getPlatformMBeanServer(),
                        registry -> offer(context, registry)));
    }

    DefaultAgentMetrics(EventBus bus, int maxMetrics, int queueCapacity, Surroundings around) {
        this.registry = new BoundedMetricRegistry(maxMetrics);
        this.recorder = new Recorder(registry);
        boolean begun = false;
        try {
            begin(bus, queueCapacity, around);
            begun = true;
        } finally {
            if (!begun) {
                stop();
            }
        }
    }

    private static int checked(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "io.sirsi.telemetry.cfg: %s must be %d to %d, not %d"
                            .formatted(key, least, most, value));
        }
        return value;
    }

    private static Runnable offer(BundleContext context, MetricRegistry registry) {
        ServiceRegistration<MetricRegistry> registration =
                context.registerService(
                        MetricRegistry.class,
                        registry,
                        FrameworkUtil.asDictionary(Map.of("registry.name", "sirsi")));
        return registration::unregister;
    }

    private void begin(EventBus bus, int queueCapacity, Surroundings around) {
        undo.push(() -> registry.removeMatching(MetricFilter.ALL));
        Gauges.ofTheMachine(registry);
        Gauges.ofTheBus(registry, bus);
        JmxReporter reporter =
                JmxReporter.forRegistry(registry)
                        .inDomain(DOMAIN)
                        .registerWith(around.beans())
                        .build();
        undo.push(reporter::close);
        reporter.start();
        undo.push(around.offer().apply(registry));
        EventMeters meters = new EventMeters(recorder);
        Subscription subscription =
                bus.subscribe(
                        Event.class,
                        SubscriberOptions.async("telemetry", queueCapacity),
                        meters::measure);
        undo.push(subscription::close);
    }

    @Override
    public void recordAgentOperation(
            String name, Duration elapsed, boolean success, boolean aiApiCalled) {
        String operation = "agent.operation." + Recorder.clean(name);
        recorder.time(operation, elapsed);
        recorder.count(operation + ".success", success ? 1 : 0);
        recorder.count(operation + ".failure", success ? 0 : 1);
        recorder.count(operation + ".ai-api-calls", aiApiCalled ? 1 : 0);
    }

    @Override
    public List<MetricSample> samples(String prefix) {
        return Samples.of(registry, prefix);
    }

    /** Takes everything back that was begun, in reverse. */
    @Deactivate
    void stop() {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (RuntimeException e) {
                log.warn("telemetry did not end cleanly: {}", e.toString());
            }
        }
    }
}
