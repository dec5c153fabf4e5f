package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.id.RandomIds;
import io.sirsi.security.Caller;
import io.sirsi.telemetry.MetricSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The hypervisor among fakes, with a clock that stands still and no thread of its own. */
final class TestNode implements AutoCloseable {

    static final Settings SETTINGS =
            new Settings(
                    new Settings.NodeLimits(5, 100, 10_000, Duration.ofHours(24)),
                    2,
                    2,
                    new Settings.Waits(
                            Duration.ofSeconds(30), Duration.ofMillis(300), Duration.ofMillis(50)));

    final ManualClock clock = new ManualClock();
    final DirectBus bus = new DirectBus();
    final ListTrail trail = new ListTrail();
    final RuleAuthorizer authorizer = new RuleAuthorizer();
    final FakeAgents agents = new FakeAgents();
    final FakeTasks tasks = new FakeTasks(bus, clock);
    final ListInventory inventory = new ListInventory();
    final CloudProviders clouds = new CloudProviders(SETTINGS.waits().accounts());
    final FakeCloud aws = new FakeCloud("aws", Set.of("eu-west-1", "us-east-1"), "prod");
    final FakeCloud host = new FakeCloud("host", Set.of("local"), "local");
    final List<String> measured = new ArrayList<>();
    final SessionRegistry sessions;
    ScanCoordinator scans;
    final DefaultHypervisorAccess access;

    TestNode() {
        addCloud(aws);
        addCloud(host);
        agents.type("inventory", AgentCapabilities.NONE);
        sessions =
                new SessionRegistry(
                        agents,
                        tasks,
                        bus,
                        new Ledger(trail),
                        SETTINGS,
                        clock,
                        new RandomIds(new Random(1)));
        scans = newScans();
        access =
                new DefaultHypervisorAccess(
                        authorizer,
                        clouds,
                        new NodeDesk.Parts(
                                new NodeDesk.About("0.1.0", Instant.EPOCH),
                                sessions,
                                scans,
                                services(),
                                new NodeDesk.Auditing(trail, new Ledger(trail))));
        access.setMetricsSource(
                prefix ->
                        List.of(
                                new MetricSample(
                                        prefix + "x", MetricSample.Kind.COUNTER, Map.of())));
    }

    ScanCoordinator newScans() {
        ScanCoordinator coordinator =
                new ScanCoordinator(
                        clouds,
                        sessions,
                        services(),
                        SETTINGS,
                        clock,
                        new RandomIds(new Random(2)),
                        Runnable::run);
        coordinator.setMetrics(
                (name, elapsed, success, ai) ->
                        measured.add(name + " " + elapsed.toSeconds() + " " + success + " " + ai));
        return coordinator;
    }

    ScanCoordinator.Node services() {
        return new ScanCoordinator.Node(agents, tasks, inventory, bus);
    }

    void addCloud(FakeCloud cloud) {
        clouds.addProvider(cloud);
        agents.type(cloud.descriptor().type().value(), cloud.offers());
    }

    /** {@return the hypervisor as an account sees it that has been given these permissions} */
    Hypervisor as(String account, String... permissions) {
        Caller caller = authorizer.give(account, permissions);
        return access.as(caller);
    }

    @Override
    public void close() {
        scans.stop();
        sessions.stop();
        clouds.stop();
    }
}
