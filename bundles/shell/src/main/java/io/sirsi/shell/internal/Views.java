package io.sirsi.shell.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditVerification;
import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ProviderInfo;
import io.sirsi.cloud.Scan;
import io.sirsi.event.SubscriberStats;
import io.sirsi.hypervisor.NodeStatus;
import io.sirsi.session.Session;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskState;
import io.sirsi.telemetry.MetricSample;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How each kind of value is shown. */
public final class Views {

    /** The node. */
    public static final View<NodeStatus> STATUS =
            new View<NodeStatus>()
                    .column("version", NodeStatus::version)
                    .column("startedAt", NodeStatus::startedAt)
                    .column("counts", status -> new TreeMap<>(status.counts()))
                    .column("health", Views::health);

    /** Sessions. */
    public static final View<Session> SESSION =
            new View<Session>()
                    .column("id", Session::id)
                    .column("label", session -> session.spec().label())
                    .column("owner", Session::owner)
                    .column("state", Session::state)
                    .column("openedAt", Session::openedAt)
                    .column("expiresAt", Session::expiresAt)
                    .detail("maxAgents", session -> session.spec().limits().maxAgents())
                    .detail("maxTasks", session -> session.spec().limits().maxTasks());

    /** Types of agent. */
    public static final View<AgentDescriptor> AGENT_TYPE =
            new View<AgentDescriptor>()
                    .column("type", AgentDescriptor::type)
                    .column("title", AgentDescriptor::title)
                    .column("capabilities", type -> type.offers().domains())
                    .column("tasks", AgentDescriptor::taskTypes)
                    .detail("permissions", type -> type.offers().permissions())
                    .detail("spawnsSubAgents", type -> type.offers().spawnsSubAgents())
                    .detail("concurrency", AgentDescriptor::concurrency);

    /** Agents. */
    public static final View<AgentSnapshot> AGENT =
            new View<AgentSnapshot>()
                    .column("id", AgentSnapshot::id)
                    .column("type", agent -> agent.spec().type())
                    .column("state", AgentSnapshot::state)
                    .column("since", AgentSnapshot::since)
                    .column("settings", agent -> new TreeMap<>(agent.spec().settings()))
                    .detail("session", AgentSnapshot::session)
                    .detail("parent", agent -> agent.spec().parent())
                    .detail("capabilities", agent -> agent.spec().capabilities().domains())
                    .detail("permissions", agent -> agent.spec().capabilities().permissions());

    /** One agent, and how well it is. */
    public static final View<AgentDetail> AGENT_DETAIL =
            new View<AgentDetail>()
                    .column("id", detail -> detail.agent().id())
                    .column("type", detail -> detail.agent().spec().type())
                    .column("state", detail -> detail.agent().state())
                    .column("since", detail -> detail.agent().since())
                    .column("health", detail -> detail.health().status())
                    .column("says", detail -> detail.health().sentence())
                    .column("session", detail -> detail.agent().session())
                    .column("parent", detail -> detail.agent().spec().parent())
                    .column("settings", detail -> new TreeMap<>(detail.agent().spec().settings()))
                    .column(
                            "capabilities",
                            detail -> detail.agent().spec().capabilities().domains())
                    .column(
                            "permissions",
                            detail -> detail.agent().spec().capabilities().permissions())
                    .column(
                            "spawnsSubAgents",
                            detail -> detail.agent().spec().capabilities().spawnsSubAgents());

    /** Tasks. */
    public static final View<TaskSnapshot> TASK =
            new View<TaskSnapshot>()
                    .column("id", TaskSnapshot::id)
                    .column("type", task -> task.spec().type())
                    .column("priority", task -> task.spec().priority())
                    .column("state", task -> task.state().name())
                    .column("about", task -> about(task.state()))
                    .column("submittedAt", TaskSnapshot::submittedAt)
                    .detail("session", TaskSnapshot::session)
                    .detail("labels", task -> new TreeMap<>(task.spec().labels()));

    /** One task. */
    public static final View<TaskSnapshot> TASK_DETAIL =
            new View<TaskSnapshot>()
                    .column("id", TaskSnapshot::id)
                    .column("session", TaskSnapshot::session)
                    .column("type", task -> task.spec().type())
                    .column("priority", task -> task.spec().priority())
                    .column("state", task -> task.state().name())
                    .column("about", task -> about(task.state()))
                    .column("submittedAt", TaskSnapshot::submittedAt)
                    .column(
                            "after",
                            task ->
                                    task.spec().dependencies().stream()
                                            .map(dependency -> dependency.task().value())
                                            .toList())
                    .column(
                            "agents",
                            task ->
                                    task.spec().constraints().stream()
                                            .map(AgentConstraint::describe)
                                            .toList())
                    .column("timeout", task -> task.spec().timeout())
                    .column("attempts", task -> task.spec().retry().attempts())
                    .column("labels", task -> new TreeMap<>(task.spec().labels()))
                    .column("input", task -> task.spec().input().text())
                    .column("output", Views::output);

    /** Counts of the scheduler. */
    public static final View<SchedulerStats> TASK_STATS =
            new View<SchedulerStats>()
                    .column("submitted", SchedulerStats::submitted)
                    .column("byState", stats -> new TreeMap<>(stats.byState()))
                    .column("refusedCompletions", SchedulerStats::refusedCompletions);

    /** Providers. */
    public static final View<ProviderInfo> PROVIDER =
            new View<ProviderInfo>()
                    .column("provider", ProviderInfo::provider)
                    .column(
                            "accounts",
                            provider ->
                                    provider.accounts().stream()
                                            .map(
                                                    account ->
                                                            account.name()
                                                                    + " ("
                                                                    + account.origin()
                                                                    + ")")
                                            .toList())
                    .column("types", provider -> provider.types().size())
                    .column("regions", provider -> provider.regions().size())
                    .column("hint", ProviderInfo::hint)
                    .detail(
                            "accountNames",
                            provider ->
                                    provider.accounts().stream().map(CloudAccount::name).toList())
                    .detail(
                            "resourceTypes",
                            provider ->
                                    provider.types().stream()
                                            .map(type -> type.type().value())
                                            .toList())
                    .detail("regionNames", ProviderInfo::regions);

    /** Scans. */
    public static final View<Scan> SCAN =
            new View<Scan>()
                    .column("id", Scan::id)
                    .column("state", Scan::state)
                    .column("owner", Scan::owner)
                    .column("startedAt", scan -> scan.span().startedAt())
                    .column(
                            "took",
                            scan ->
                                    scan.span()
                                            .endedAt()
                                            .map(
                                                    end ->
                                                            Duration.between(
                                                                    scan.span().startedAt(), end)))
                    .detail("endedAt", scan -> scan.span().endedAt())
                    .detail("providers", scan -> scan.spec().providers())
                    .detail("regions", scan -> scan.spec().regions())
                    .detail("types", scan -> scan.spec().types());

    /** Resources. */
    public static final View<CloudResource> RESOURCE =
            new View<CloudResource>()
                    .column("type", resource -> resource.key().type())
                    .column("account", resource -> resource.key().scope().account())
                    .column("region", resource -> resource.key().scope().region())
                    .column("id", resource -> resource.key().id())
                    .column("name", CloudResource::name)
                    .detail("tags", resource -> new TreeMap<>(resource.tags()))
                    .detail("attributes", resource -> new TreeMap<>(resource.attributes()));

    /** Findings. */
    public static final View<Finding> FINDING =
            new View<Finding>()
                    .column("severity", Finding::severity)
                    .column("rule", Finding::rule)
                    .column("resource", finding -> finding.resource().id())
                    .column("sentence", Finding::sentence)
                    .detail("type", finding -> finding.resource().type())
                    .detail("account", finding -> finding.resource().scope().account())
                    .detail("region", finding -> finding.resource().scope().region())
                    .detail("evidence", finding -> new TreeMap<>(finding.evidence()));

    /** Gaps. */
    public static final View<CoverageGap> GAP =
            new View<CoverageGap>()
                    .column("scope", CoverageGap::scope)
                    .column("type", CoverageGap::type)
                    .column("code", gap -> gap.failure().code())
                    .column("reason", gap -> gap.failure().sentence());

    /** Audit records. */
    public static final View<AuditRecord> AUDIT =
            new View<AuditRecord>()
                    .column("sequence", AuditRecord::sequence)
                    .column("at", AuditRecord::at)
                    .column("entry", record -> auditKind(record.entry()))
                    .column(
                            "who",
                            record -> action(record).map(action -> action.caller().toString()))
                    .column("permission", record -> action(record).map(AuditAction::permission))
                    .column("target", record -> action(record).map(AuditAction::target))
                    .column("note", record -> auditNote(record.entry()))
                    .detail(
                            "detail",
                            record -> action(record).map(action -> new TreeMap<>(action.detail())))
                    .detail("hash", AuditRecord::hash);

    /** What a verification of the audit found. */
    public static final View<AuditVerification> VERIFICATION =
            new View<AuditVerification>()
                    .column("whole", AuditVerification::whole)
                    .column("records", AuditVerification::records)
                    .column("head", AuditVerification::head)
                    .column("damage", AuditVerification::damage);

    /** Metrics. */
    public static final View<MetricSample> METRIC =
            new View<MetricSample>()
                    .column("name", MetricSample::name)
                    .column("kind", MetricSample::kind)
                    .column("values", sample -> new TreeMap<>(sample.values()));

    /** Subscribers of the bus. */
    public static final View<SubscriberStats> SUBSCRIBER =
            new View<SubscriberStats>()
                    .column("name", SubscriberStats::name)
                    .column("delivered", SubscriberStats::delivered)
                    .column("failed", SubscriberStats::failed)
                    .column("dropped", SubscriberStats::dropped)
                    .column("waiting", SubscriberStats::waiting);

    private Views() {}

    private static Map<String, String> health(NodeStatus status) {
        Map<String, String> health = new LinkedHashMap<>();
        new TreeMap<>(status.health())
                .forEach(
                        (part, value) ->
                                health.put(
                                        part,
                                        value.status()
                                                + (value.sentence().equals("ok")
                                                        ? ""
                                                        : " (" + value.sentence() + ")")));
        return health;
    }

    /** Says what a state knows beyond its name. */
    private static String about(TaskState state) {
        if (state instanceof TaskState.Blocked blocked) {
            return "waits for " + Text.of(blocked.on());
        }
        if (state instanceof TaskState.Running running) {
            return "attempt " + running.attempt() + " on " + running.agent();
        }
        if (state instanceof TaskState.RetryWait wait) {
            return "again at " + Text.of(wait.until()) + ": " + wait.last().sentence();
        }
        if (state instanceof TaskState.Failed failed) {
            return failed.failure().code() + ": " + failed.failure().sentence();
        }
        if (state instanceof TaskState.Quarantined quarantined) {
            return quarantined.failure().sentence();
        }
        if (state instanceof TaskState.Cancelled cancelled) {
            return cancelled.reason();
        }
        if (state instanceof TaskState.TimedOut timedOut) {
            return timedOut.sentence();
        }
        if (state instanceof TaskState.Unknown unknown) {
            return unknown.sentence();
        }
        return "";
    }

    private static Optional<String> output(TaskSnapshot task) {
        return task.state() instanceof TaskState.Succeeded succeeded
                ? Optional.of(succeeded.output().text())
                : Optional.empty();
    }

    private static Optional<AuditAction> action(AuditRecord record) {
        return record.entry() instanceof AuditRecord.Intent intent
                ? Optional.of(intent.action())
                : Optional.empty();
    }

    private static String auditKind(AuditRecord.Entry entry) {
        if (entry instanceof AuditRecord.Result result) {
            return result.outcome().name().toLowerCase(Locale.ROOT) + " " + result.intent();
        }
        return entry instanceof AuditRecord.Intent ? "intent" : "remark";
    }

    private static String auditNote(AuditRecord.Entry entry) {
        if (entry instanceof AuditRecord.Result result) {
            return result.note();
        }
        return entry instanceof AuditRecord.Remark remark ? remark.note() : "";
    }
}
