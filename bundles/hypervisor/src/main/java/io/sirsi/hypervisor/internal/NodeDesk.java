package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.Health;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditTrail;
import io.sirsi.audit.AuditVerification;
import io.sirsi.cloud.Inventory;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberStats;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.NodeStatus;
import io.sirsi.hypervisor.NodeView;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskState;
import io.sirsi.telemetry.MetricSample;
import io.sirsi.telemetry.MetricsSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the node says of itself, to one caller. Reading the audit is itself audited, because who
 * looked is a question that comes after an incident.
 */
record NodeDesk(Caller caller, Gate gate, Parts parts, Supplier<Optional<MetricsSource>> metrics)
        implements NodeView {

    /** The parts of the node that are looked at. */
    record Parts(
            About about,
            SessionRegistry sessions,
            ScanCoordinator scans,
            ScanCoordinator.Node node,
            Auditing audit) {}

    /** What never changes while the hypervisor is active. */
    record About(String version, Instant startedAt) {}

    /** The audit: its trail, and how writing it went. */
    record Auditing(AuditTrail trail, Ledger ledger) {}

    @Override
    public NodeStatus status() {
        return gate.read(
                request("hypervisor:read", ""),
                () ->
                        new NodeStatus(
                                parts.about().version(),
                                parts.about().startedAt(),
                                counts(),
                                health()));
    }

    @Override
    public Set<Permission> myPermissions() {
        return gate.permissionsOf(caller);
    }

    @Override
    public List<AuditRecord> auditRecords(AuditQuery query) {
        return gate.act(
                request("audit:read", ""),
                () -> parts.audit().trail().read(query),
                records -> records.size() + " records");
    }

    @Override
    public AuditVerification verifyAudit() {
        return gate.act(
                request("audit:verify", ""),
                () -> parts.audit().trail().verify(),
                found -> found.damage().orElseGet(() -> "whole, " + found.records() + " records"));
    }

    @Override
    public List<MetricSample> metrics(String prefix) {
        return gate.read(
                request("metrics:read", prefix),
                () ->
                        metrics.get()
                                .orElseThrow(
                                        () ->
                                                RefusedException.unavailable(
                                                        "nothing is measured, because no telemetry"
                                                                + " is installed"))
                                .samples(prefix));
    }

    @Override
    public List<SubscriberStats> subscribers() {
        return gate.read(request("hypervisor:read", ""), () -> parts.node().bus().subscribers());
    }

    private Map<String, Long> counts() {
        AgentRuntime agents = parts.node().agents();
        TaskScheduler tasks = parts.node().tasks();
        Map<String, Long> counts = new TreeMap<>();
        counts.put("sessions", (long) parts.sessions().liveCount());
        counts.put("agents", (long) agents.list().size());
        counts.put("agentTypes", (long) agents.types().size());
        counts.put(
                "tasks",
                tasks.stats().byState().entrySet().stream()
                        .filter(entry -> TaskState.UNFINISHED.contains(entry.getKey()))
                        .mapToLong(Map.Entry::getValue)
                        .sum());
        counts.put("scans", (long) parts.scans().runningCount());
        counts.put("deadLetters", (long) parts.node().bus().deadLetters().size());
        return counts;
    }

    private Map<String, Health> health() {
        return Map.of(
                "agents", agentsHealth(parts.node().agents()),
                "audit", parts.audit().ledger().health(),
                "events", eventsHealth(parts.node().bus()),
                "inventory", inventoryHealth(parts.node().inventory()),
                "scheduler", schedulerHealth(parts.node().tasks()),
                "sessions", parts.sessions().health());
    }

    /**
     * Agents are well as long as each has its type; how well one says it is, it is asked itself.
     */
    private static Health agentsHealth(AgentRuntime agents) {
        Set<AgentType> there =
                agents.types().stream().map(AgentDescriptor::type).collect(Collectors.toSet());
        List<AgentType> missing =
                agents.list().stream()
                        .filter(agent -> agent.state() == AgentState.INITIALIZING)
                        .map(agent -> agent.spec().type())
                        .filter(type -> !there.contains(type))
                        .toList();
        return missing.isEmpty()
                ? Health.ok()
                : new Health(
                        Health.Status.WARN,
                        missing.size()
                                + " agents wait for types that are not there: "
                                + missing.stream()
                                        .map(AgentType::value)
                                        .distinct()
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                                + "; start their bundles, or see in wasm:list what their modules"
                                + " lack");
    }

    private static Health eventsHealth(EventBus bus) {
        int lost = bus.deadLetters().size();
        return lost == 0
                ? Health.ok()
                : new Health(
                        Health.Status.WARN,
                        lost + " events were not taken by a subscriber; look at the subscribers");
    }

    private static Health schedulerHealth(TaskScheduler tasks) {
        String trouble = tasks.stats().trouble();
        return trouble.isEmpty() ? Health.ok() : new Health(Health.Status.CRITICAL, trouble);
    }

    private static Health inventoryHealth(Inventory inventory) {
        try {
            inventory.scans(1);
            return Health.ok();
        } catch (RefusedException e) {
            return new Health(Health.Status.CRITICAL, String.valueOf(e.getMessage()));
        }
    }

    private Gate.Request request(String permission, String target) {
        return Gate.Request.of(caller, permission, target);
    }
}
