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
                    new Settings.NodeLimits(5, 100, 10_000, Duration.ofHours(24), 100),
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
    final FakeModules modules = new FakeModules();
    final MemoryJournals journals = new MemoryJournals();
    private final RandomIds sessionIds = new RandomIds(new Random(1));
    SessionRegistry sessions;
    ScanCoordinator scans;
    DefaultHypervisorAccess access;

    TestNode() {
        addCloud(aws);
        addCloud(host);
        agents.type("inventory", AgentCapabilities.NONE);
        sessions = newSessions();
        scans = newScans();
        access = newAccess();
        trail.records.clear();
    }

    /** The hypervisor is stopped and started again; agents and tasks go on. */
    void restart() {
        access.stop();
        scans.stop();
        sessions.stop();
        start();
    }

    /**
     * The power fails; of agents nothing is left, of the hypervisor and the tasks what is on disk.
     */
    void crash() {
        bus.forgetSubscribers();
        journals.cutPower();
        agents.alive.clear();
        start();
    }

    private void start() {
        sessions = newSessions();
        scans = newScans();
        access = newAccess();
    }

    SessionRegistry newSessions() {
        return new SessionRegistry(
                journals,
                new SessionRegistry.Node(agents, tasks, bus, new Ledger(trail)),
                SETTINGS,
                clock,
                sessionIds);
    }

    private DefaultHypervisorAccess newAccess() {
        DefaultHypervisorAccess made =
                new DefaultHypervisorAccess(
                        authorizer,
                        clouds,
                        new NodeDesk.Parts(
                                new NodeDesk.About("0.1.0", Instant.EPOCH),
                                sessions,
                                scans,
                                services(),
                                new NodeDesk.Auditing(trail, new Ledger(trail))),
                        Runnable::run);
        made.setWasmModules(modules);
        made.setMetricsSource(
                prefix ->
                        List.of(
                                new MetricSample(
                                        prefix + "x", MetricSample.Kind.COUNTER, Map.of())));
        return made;
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
        access.stop();
        scans.stop();
        sessions.stop();
        clouds.stop();
    }
}
