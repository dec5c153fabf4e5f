package io.sirsi.telemetry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentStateChanged;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.AgentTypeAppeared;
import io.sirsi.agent.AgentTypeDisappeared;
import io.sirsi.cloud.ResourcesDiscovered;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanEnded;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanStarted;
import io.sirsi.cloud.ScanState;
import io.sirsi.event.DeadLetter;
import io.sirsi.event.Event;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.SubscriberStats;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionOpened;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.session.SessionStateChanged;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskState;
import io.sirsi.task.TaskSubmitted;
import io.sirsi.telemetry.MetricSample;
import io.sirsi.telemetry.MetricSample.Kind;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleInstalled;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleRefused;
import io.sirsi.wasm.ModuleUnloaded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DefaultAgentMetricsTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final SessionId SESSION = new SessionId("s-" + "0".repeat(26));

    private static final InstalledModule MODULE =
            new InstalledModule(
                    new ModuleManifest(
                            "org.example.tag-audit",
                            "1.2.0",
                            "",
                            new AgentDescriptor(
                                    new AgentType("tag-audit"),
                                    "Reports resources that lack tags",
                                    AgentCapabilities.NONE,
                                    Set.of("tag-audit"),
                                    1),
                            Map.of()),
                    ModuleDigest.of(new byte[] {0, 'a', 's', 'm'}),
                    "endive",
                    new InstalledModule.Origin("eve", NOON, Optional.empty(), Optional.empty()),
                    Optional.empty());

    private final HandBus bus = new HandBus();
    private final MBeanServer beans = MBeanServerFactory.newMBeanServer();
    private final List<MetricRegistry> offered = new ArrayList<>();
    private final DefaultAgentMetrics metrics = metrics(2_000);

    private DefaultAgentMetrics metrics(int maxMetrics) {
        return new DefaultAgentMetrics(
                bus,
                maxMetrics,
                100,
                new DefaultAgentMetrics.Surroundings(
                        beans,
                        registry -> {
                            offered.add(registry);
                            return () -> offered.remove(registry);
                        }));
    }

    @AfterEach
    void stop() {
        metrics.stop();
    }

    private Map<String, Double> values(String name) {
        return metrics.samples(name).stream()
                .filter(sample -> sample.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name))
                .values();
    }

    private double number(String name, String value) {
        return Optional.ofNullable(values(name).get(value))
                .orElseThrow(() -> new AssertionError(name + " has no " + value));
    }

    private double count(String name) {
        return number(name, "count");
    }

    @Test
    void an_operation_is_timed_and_counted_by_its_end() {
        metrics.recordAgentOperation("infrastructure_scan", Duration.ofMillis(200), true, true);
        metrics.recordAgentOperation("infrastructure_scan", Duration.ofMillis(400), false, false);

        assertThat(count("agent.operation.infrastructure_scan")).isEqualTo(2);
        assertThat(number("agent.operation.infrastructure_scan", "mean"))
                .isCloseTo(300, within(0.001));
        assertThat(number("agent.operation.infrastructure_scan", "max"))
                .isCloseTo(400, within(0.001));
        assertThat(count("agent.operation.infrastructure_scan.success")).isEqualTo(1);
        assertThat(count("agent.operation.infrastructure_scan.failure")).isEqualTo(1);
        assertThat(count("agent.operation.infrastructure_scan.ai-api-calls")).isEqualTo(1);
    }

    @Test
    void modules_are_counted_by_what_happened_to_them() {
        bus.publish(new ModuleInstalled(MODULE, NOON));
        bus.publish(new ModuleInstalled(MODULE, NOON));
        bus.publish(new ModuleRefused("tag-audit.wasm", "it has two memories", NOON));
        bus.publish(new ModuleUnloaded(MODULE.manifest().agent().type(), NOON));

        assertThat(count("module.installed")).isEqualTo(2);
        assertThat(count("module.refused")).isEqualTo(1);
        assertThat(count("module.unloaded")).isEqualTo(1);
    }

    @Test
    void odd_names_and_times_are_made_fit_instead_of_refused() {
        metrics.recordAgentOperation("Scan\n*,name=x", Duration.ofMillis(-5), true, false);
        metrics.recordAgentOperation("long", Duration.ofSeconds(Long.MAX_VALUE), true, false);
        metrics.recordAgentOperation("x".repeat(5_000), Duration.ZERO, true, false);

        assertThat(number("agent.operation._can___name_x", "max")).isZero();
        assertThat(count("agent.operation.long")).isEqualTo(1);
        assertThat(count("agent.operation." + "x".repeat(100))).isEqualTo(1);
        assertThat(count("agent.operation." + "x".repeat(100) + ".success")).isEqualTo(1);
    }

    @Test
    void a_name_that_belongs_to_a_metric_of_another_kind_is_refused_and_never_thrown() {
        metrics.recordAgentOperation("scan", Duration.ZERO, true, false);

        metrics.recordAgentOperation("scan.success", Duration.ZERO, true, false);

        assertThat(count("metrics.refused")).isEqualTo(1);
        assertThat(count("agent.operation.scan.success")).isEqualTo(1);
    }

    @Test
    void no_more_names_are_taken_than_configured() {
        DefaultAgentMetrics small = metrics(200);
        for (int i = 0; i < 1_000; i++) {
            small.recordAgentOperation("op-" + i, Duration.ofMillis(1), true, false);
        }

        List<MetricSample> samples = small.samples("");
        assertThat(offered.get(1).getMetrics()).hasSize(200);
        long shown = samples.stream().filter(s -> s.name().startsWith("agent.operation")).count();
        double refused =
                samples.stream()
                        .filter(s -> s.name().equals("metrics.refused"))
                        .mapToDouble(s -> s.values().getOrDefault("count", -1.0))
                        .sum();
        assertThat(refused).isEqualTo(4_000.0 - shown);
        small.recordAgentOperation("op-0", Duration.ofMillis(1), true, false);
        assertThat(small.samples("agent.operation.op-0").get(0).values())
                .as("a known name is measured even when there is no room for new ones")
                .containsEntry("count", 2.0);
        small.stop();
    }

    @Test
    void the_life_of_a_task_is_measured() {
        TaskSnapshot ready = task(new TaskState.Ready(NOON));
        AgentFailure failure = AgentFailure.unreachable("ec2.eu-west-1");
        bus.publish(new TaskSubmitted(ready, NOON));
        bus.publish(new TaskStarted(ready, Duration.ofMillis(40), NOON));
        bus.publish(new TaskAttemptFailed(ready, failure, NOON));
        bus.publish(
                new TaskFinished(
                        task(new TaskState.Succeeded(NOON, Payload.NONE)),
                        Duration.ofMillis(250),
                        NOON.plusMillis(900)));
        bus.publish(
                new TaskFinished(
                        task(new TaskState.TimedOut(NOON, "too long")),
                        Duration.ZERO,
                        NOON.plusMillis(900)));

        assertThat(count("task.submitted")).isEqualTo(1);
        assertThat(count("task.started")).isEqualTo(1);
        assertThat(number("task.wait", "p50")).isCloseTo(40, within(0.001));
        assertThat(count("task.attempt.failed")).isEqualTo(1);
        assertThat(count("task.attempt.failed.unreachable")).isEqualTo(1);
        assertThat(count("task.run")).isEqualTo(1);
        assertThat(number("task.run.cloud.discover", "p99")).isCloseTo(250, within(0.001));
        assertThat(count("task.finished")).isEqualTo(2);
        assertThat(count("task.finished.succeeded")).isEqualTo(1);
        assertThat(count("task.finished.timed-out")).isEqualTo(1);
        assertThat(number("task.total", "max")).isCloseTo(900, within(0.001));
        assertThat(count("events.seen")).isEqualTo(5);
    }

    private static TaskSnapshot task(TaskState state) {
        return new TaskSnapshot(
                new TaskId("t-" + "0".repeat(26)),
                SESSION,
                TaskSpec.of("cloud.discover"),
                state,
                NOON);
    }

    @Test
    void the_life_of_an_agent_is_measured() {
        bus.publish(new AgentTypeAppeared(new AgentType("aws"), NOON));
        bus.publish(new AgentSpawned(agent("aws-1", AgentState.INITIALIZING), NOON));
        bus.publish(change("aws-1", AgentState.INITIALIZING, AgentState.READY, 30));
        bus.publish(change("aws-1", AgentState.READY, AgentState.BUSY, 50));
        bus.publish(change("aws-1", AgentState.BUSY, AgentState.TERMINATED, 150));
        bus.publish(change("unknown", AgentState.BUSY, AgentState.FAILED, 150));
        bus.publish(new AgentTypeDisappeared(new AgentType("aws"), NOON));

        assertThat(count("agent.type.appeared")).isEqualTo(1);
        assertThat(count("agent.type.disappeared")).isEqualTo(1);
        assertThat(count("agent.spawned")).isEqualTo(1);
        assertThat(count("agent.spawned.aws")).isEqualTo(1);
        assertThat(count("agent.terminated")).isEqualTo(1);
        assertThat(count("agent.terminated.aws")).isEqualTo(1);
        assertThat(count("agent.failed.aws")).isEqualTo(1);
        assertThat(number("agent.state.initializing", "max")).isCloseTo(30, within(0.001));
        assertThat(number("agent.state.ready", "max")).isCloseTo(20, within(0.001));
        assertThat(count("agent.state.busy")).isEqualTo(1);
        assertThat(number("agent.state.busy", "max")).isCloseTo(100, within(0.001));
        assertThat(number("agent.lifetime", "max")).isCloseTo(150, within(0.001));
    }

    private static AgentSnapshot agent(String id, AgentState state) {
        return new AgentSnapshot(new AgentId(id), SESSION, AgentSpec.of("aws"), state, NOON);
    }

    private static Event change(String id, AgentState before, AgentState after, long millis) {
        return new AgentStateChanged(agent(id, after), before, NOON.plusMillis(millis));
    }

    @Test
    void sessions_and_scans_are_measured() {
        ScanId id = new ScanId("scan-" + "0".repeat(26));
        Scan scan =
                new Scan(
                        id,
                        "ada",
                        ScanSpec.EVERYTHING,
                        ScanState.PARTIAL,
                        new Scan.Span(NOON, Optional.of(NOON.plusMillis(1_500))));
        bus.publish(new SessionOpened(session(SessionState.ACTIVE), NOON));
        bus.publish(
                new SessionStateChanged(
                        session(SessionState.SUSPENDED), SessionState.ACTIVE, NOON));
        bus.publish(
                new SessionStateChanged(
                        session(SessionState.EXPIRED),
                        SessionState.SUSPENDED,
                        NOON.plusMillis(70)));
        bus.publish(new ScanStarted(scan, NOON));
        bus.publish(new ResourcesDiscovered(id, List.of(), NOON));
        bus.publish(new ScanEnded(scan, 420, NOON.plusMillis(1_500)));

        assertThat(count("session.opened")).isEqualTo(1);
        assertThat(count("session.became.suspended")).isEqualTo(1);
        assertThat(count("session.ended")).isEqualTo(1);
        assertThat(count("session.ended.expired")).isEqualTo(1);
        assertThat(number("session.lifetime", "max")).isCloseTo(70, within(0.001));
        assertThat(count("scan.started")).isEqualTo(1);
        assertThat(count("scan.ended.partial")).isEqualTo(1);
        assertThat(count("scan.resources.discovered")).isZero();
        assertThat(number("scan.duration", "p95")).isCloseTo(1_500, within(0.001));
        assertThat(number("scan.resources", "max")).isEqualTo(420);
    }

    private static Session session(SessionState state) {
        return new Session(SESSION, "ada", SessionSpec.of("work"), state, NOON);
    }

    @Test
    void the_bus_is_measured_when_someone_looks() {
        bus.stats.add(new SubscriberStats("one", 10, 2, 3, 4));
        bus.stats.add(new SubscriberStats("two", 1, 1, 1, 1));
        bus.letters.add(
                new DeadLetter(
                        new AgentTypeAppeared(new AgentType("aws"), NOON), "one", "full", NOON));

        assertThat(
                        metrics.samples("events.").stream()
                                .collect(
                                        Collectors.toMap(MetricSample::name, MetricSample::values)))
                .isEqualTo(
                        Map.of(
                                "events.subscribers", Map.of("value", 2.0),
                                "events.dead-letters", Map.of("value", 1.0),
                                "events.delivered", Map.of("value", 11.0),
                                "events.failed", Map.of("value", 3.0),
                                "events.dropped", Map.of("value", 4.0),
                                "events.waiting", Map.of("value", 5.0)));
    }

    @Test
    void the_machine_is_measured() {
        assertThat(number("jvm.memory.heap.used", "value")).isPositive();
        assertThat(number("jvm.threads.count", "value")).isPositive();
        assertThat(number("jvm.uptime-ms", "value")).isPositive();
        assertThat(metrics.samples("jvm.gc.")).isNotEmpty();
        assertThat(metrics.samples("jvm.")).extracting(MetricSample::kind).containsOnly(Kind.GAUGE);
    }

    @Test
    void samples_come_in_order_of_name_and_a_broken_gauge_spoils_nothing() {
        MetricRegistry registry = offered.get(0);
        registry.register("x.nan", (Gauge<Double>) () -> Double.NaN);
        registry.register("x.text", (Gauge<String>) () -> "no number");
        registry.register(
                "x.broken",
                (Gauge<Integer>)
                        () -> {
                            throw new IllegalStateException("no value");
                        });
        registry.register("x.one", (Gauge<Integer>) () -> 1);
        registry.meter("x.meter").mark(3);

        assertThat(metrics.samples("x."))
                .extracting(MetricSample::name)
                .containsExactly("x.meter", "x.one");
        assertThat(count("x.meter")).isEqualTo(3);
        assertThat(metrics.samples("")).extracting(MetricSample::name).isSorted();
        assertThat(metrics.samples("nothing.like.it")).isEmpty();
    }

    @Test
    void metrics_are_beans_as_soon_as_they_are_there() throws Exception {
        metrics.recordAgentOperation("scan", Duration.ofMillis(5), true, false);

        assertThat(
                        beans.getAttribute(
                                new ObjectName(
                                        "io.sirsi.metrics:name=agent.operation.scan,type=timers"),
                                "Count"))
                .isEqualTo(1L);
        assertThat(beans.queryNames(new ObjectName("io.sirsi.metrics:name=jvm.*,*"), null))
                .isNotEmpty();
    }

    @Test
    void events_come_on_a_thread_of_their_own() {
        assertThat(bus.options).containsExactly(SubscriberOptions.async("telemetry", 100));
    }

    @Test
    void nothing_is_left_when_it_ends() throws Exception {
        metrics.recordAgentOperation("scan", Duration.ofMillis(5), true, false);
        MetricRegistry registry = offered.get(0);

        metrics.stop();

        assertThat(bus.handlers).isEmpty();
        assertThat(offered).isEmpty();
        assertThat(registry.getMetrics()).isEmpty();
        assertThat(beans.queryNames(new ObjectName("io.sirsi.metrics:*"), null)).isEmpty();
    }

    @Test
    void nothing_is_left_when_it_cannot_begin() throws Exception {
        MBeanServer untouched = MBeanServerFactory.newMBeanServer();

        assertThatThrownBy(
                        () ->
                                new DefaultAgentMetrics(
                                        bus,
                                        2_000,
                                        0,
                                        new DefaultAgentMetrics.Surroundings(
                                                untouched, registry -> () -> {})))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(untouched.queryNames(new ObjectName("io.sirsi.metrics:*"), null)).isEmpty();
        assertThat(bus.handlers).hasSize(1);
    }
}
