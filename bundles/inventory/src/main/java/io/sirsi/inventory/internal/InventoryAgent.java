package io.sirsi.inventory.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.Inventory;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.failure.RefusedException;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.spi.cloud.FindingRule;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@link CloudTasks#FINDINGS} and {@link CloudTasks#SUMMARY}. */
final class InventoryAgent implements Agent {

    private static final Logger log = LoggerFactory.getLogger(InventoryAgent.class);
    private static final int BATCH = 500;

    private final Inventory inventory;
    private final Supplier<Map<String, List<FindingRule>>> rules;

    InventoryAgent(Inventory inventory, Supplier<Map<String, List<FindingRule>>> rules) {
        this.inventory = inventory;
        this.rules = rules;
    }

    @Override
    public TaskOutcome run(TaskContext task) throws AgentFailureException {
        try {
            return switch (task.spec().type()) {
                case CloudTasks.FINDINGS -> findings(task);
                case CloudTasks.SUMMARY -> summary(task);
                default ->
                        throw failed(
                                AgentFailure.Code.UNSUPPORTED,
                                "an agent of the inventory does not run '"
                                        + task.spec().type()
                                        + "'");
            };
        } catch (CancellationException e) {
            return new TaskOutcome.Cancelled(task.elapsed(), "asked to stop");
        } catch (RefusedException e) {
            throw failed(
                    switch (e.reason()) {
                        case UNAVAILABLE -> AgentFailure.Code.REMOTE_ERROR;
                        case NOT_FOUND -> AgentFailure.Code.NOT_FOUND;
                        default -> AgentFailure.Code.INVALID;
                    },
                    String.valueOf(e.getMessage()));
        }
    }

    private TaskOutcome findings(TaskContext task) throws AgentFailureException {
        ScanSummary before = summaryOf(task);
        ScanId scan = before.scan().id();
        Map<String, List<FindingRule>> byProvider = rules.get();
        noteMissingRules(before, byProvider.keySet());
        Pass pass = new Pass(task, scan, byProvider, before.scan().span().startedAt());
        inventory.forEachResource(
                ResourceQuery.all(scan), resource -> pass.look(resource, before.resources()));
        pass.flush();
        return new TaskOutcome.Succeeded(task.elapsed(), output(pass.resources, pass.findings));
    }

    private TaskOutcome summary(TaskContext task) throws AgentFailureException {
        ScanSummary summary = summaryOf(task);
        long findings = summary.findings().values().stream().mapToLong(Long::longValue).sum();
        return new TaskOutcome.Succeeded(task.elapsed(), output(summary.resources(), findings));
    }

    private ScanSummary summaryOf(TaskContext task) throws AgentFailureException {
        String label = task.spec().labels().get(CloudTasks.SCAN);
        if (label == null) {
            throw failed(
                    AgentFailure.Code.INVALID,
                    "a task '"
                            + task.spec().type()
                            + "' needs the label '"
                            + CloudTasks.SCAN
                            + "'");
        }
        try {
            return inventory
                    .summary(new ScanId(label))
                    .orElseThrow(
                            () -> RefusedException.notFound("there is no scan '" + label + "'"));
        } catch (IllegalArgumentException e) {
            throw failed(AgentFailure.Code.INVALID, String.valueOf(e.getMessage()));
        }
    }

    /** Resources whose provider went away were seen but not checked: that must not look clean. */
    private void noteMissingRules(ScanSummary summary, Set<String> present) {
        summary.counts().stream()
                .map(ScanSummary.Count::scope)
                .filter(scope -> !present.contains(scope.provider()))
                .map(scope -> new CloudScope(scope.provider(), scope.account(), CloudScope.GLOBAL))
                .distinct()
                .forEach(
                        scope ->
                                inventory.gap(
                                        summary.scan().id(),
                                        new CoverageGap(
                                                scope,
                                                Optional.empty(),
                                                AgentFailure.gone(
                                                        "the rules of "
                                                                + scope.provider()
                                                                + " are not available, so what was"
                                                                + " seen there was not checked:"
                                                                + " start its bundle and scan"
                                                                + " again"))));
    }

    private static Payload output(long resources, long findings) {
        return Payload.fields(
                Map.of(
                        CloudTasks.RESOURCES,
                        Long.toString(resources),
                        CloudTasks.FINDING_COUNT,
                        Long.toString(findings)));
    }

    private static AgentFailureException failed(AgentFailure.Code code, String sentence) {
        return new AgentFailureException(AgentFailure.of(code, sentence));
    }

    /** One way through all resources of a scan. */
    private final class Pass {

        private final TaskContext task;
        private final ScanId scan;
        private final Instant now;
        private final Map<ResourceType, List<FindingRule>> byType = new HashMap<>();
        private final Set<String> broken = new HashSet<>();
        private final List<Finding> batch = new ArrayList<>(BATCH);
        private long resources;
        private long findings;

        Pass(
                TaskContext task,
                ScanId scan,
                Map<String, List<FindingRule>> byProvider,
                Instant now) {
            this.task = task;
            this.scan = scan;
            this.now = now;
            byProvider.values().stream()
                    .flatMap(List::stream)
                    .forEach(
                            rule ->
                                    byType.computeIfAbsent(rule.type(), type -> new ArrayList<>())
                                            .add(rule));
        }

        void look(CloudResource resource, long total) {
            if (task.cancelled()) {
                throw new CancellationException();
            }
            resources++;
            for (FindingRule rule : byType.getOrDefault(resource.key().type(), List.of())) {
                apply(rule, resource);
            }
            if (batch.size() >= BATCH) {
                flush();
            }
            if (resources % BATCH == 0) {
                task.progress(resources, total, "resources checked");
            }
        }

        void flush() {
            if (!batch.isEmpty()) {
                inventory.findings(scan, List.copyOf(batch));
                batch.clear();
            }
        }

        private void apply(FindingRule rule, CloudResource resource) {
            Optional<FindingRule.Violation> violation;
            try {
                violation = rule.check().look(resource, now);
            } catch (RuntimeException | LinkageError e) {
                noteBroken(rule, resource, e);
                return;
            }
            violation.ifPresent(
                    what -> {
                        findings++;
                        batch.add(
                                new Finding(
                                        rule.id(),
                                        rule.severity(),
                                        resource.key(),
                                        what.sentence(),
                                        what.evidence()));
                    });
        }

        private void noteBroken(FindingRule rule, CloudResource resource, Throwable bug) {
            if (!broken.add(rule.id())) {
                return;
            }
            log.error(
                    "rule {} failed on {} in {}; its other failures are not logged",
                    rule.id(),
                    resource.key(),
                    scan,
                    bug);
            inventory.gap(
                    scan,
                    new CoverageGap(
                            resource.key().scope(),
                            Optional.of(resource.key().type()),
                            AgentFailure.of(
                                    AgentFailure.Code.INTERNAL,
                                    "the rule '"
                                            + rule.id()
                                            + "' failed, first on '"
                                            + resource.key().id()
                                            + "': not every "
                                            + rule.type()
                                            + " was checked by it; the log has the details")));
        }
    }
}
