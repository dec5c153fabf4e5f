package io.sirsi.shell.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
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
import io.sirsi.task.Explanation;
import io.sirsi.task.Recurrence;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskState;
import io.sirsi.telemetry.MetricSample;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
                    .detail("maxTasks", session -> session.spec().limits().maxTasks())
                    .detail("weight", session -> session.spec().limits().weight());

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
                    .detail("until", task -> until(task.state()))
                    .detail("attempt", task -> attempt(task.state()))
                    .detail("endedAt", task -> endedAt(task.state()))
                    .detail("session", TaskSnapshot::session)
                    .detail("labels", task -> new TreeMap<>(task.spec().labels()));

    /** Tasks in a list, with what is known beyond their states. */
    public static final View<ListedTask> LISTED_TASK =
            new View<ListedTask>()
                    .column("id", listed -> listed.task().id())
                    .column("type", listed -> listed.task().spec().type())
                    .column("priority", listed -> listed.task().spec().priority())
                    .column("state", listed -> listed.task().state().name())
                    .column("about", ListedTask::about)
                    .column("submittedAt", listed -> listed.task().submittedAt())
                    .column("session", listed -> listed.task().session())
                    .detail("until", listed -> until(listed.task().state()))
                    .detail("attempt", listed -> attempt(listed.task().state()))
                    .detail("endedAt", listed -> endedAt(listed.task().state()))
                    .detail("labels", listed -> new TreeMap<>(listed.task().spec().labels()));

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
                    .column("agent", task -> agent(task.state()))
                    .column(
                            "wishedAgent",
                            task ->
                                    task.spec().constraints().stream()
                                            .map(AgentConstraint::describe)
                                            .toList())
                    .column("join", task -> task.spec().join())
                    .column("onParentFailure", task -> task.spec().onParentFailure())
                    .column("attempt", task -> attempt(task.state()))
                    .column("attempts", task -> task.spec().retry().attempts())
                    .column("backoff", task -> backoff(task.spec().retry()))
                    .column("delivery", task -> task.spec().delivery())
                    .column("timeout", task -> task.spec().timeout())
                    .column("queueTimeout", task -> task.spec().queueTimeout())
                    .column("heartbeatTimeout", task -> task.spec().heartbeatTimeout())
                    .column("notBefore", task -> task.spec().notBefore())
                    .column("delay", task -> task.spec().delay())
                    .column("recurrence", task -> task.spec().recurrence().map(Views::recurrence))
                    .column("until", task -> until(task.state()))
                    .column("endedAt", task -> endedAt(task.state()))
                    .column("limitKeys", task -> task.spec().limitKeys())
                    .column("key", task -> task.spec().idempotencyKey())
                    .column("traceParent", task -> task.spec().traceParent())
                    .column("labels", task -> new TreeMap<>(task.spec().labels()))
                    .column("input", task -> task.spec().input().text())
                    .column("output", Views::output);

    /** The tasks of a graph that was submitted. */
    public static final View<SubmittedTask> SUBMITTED =
            new View<SubmittedTask>()
                    .column("name", SubmittedTask::name)
                    .column("type", SubmittedTask::type)
                    .column("id", SubmittedTask::id);

    /** Why a task is not running, for JSON. */
    public static final View<Explanation> EXPLANATION =
            new View<Explanation>()
                    .column("task", why -> why.task().id())
                    .column("state", why -> why.task().state().name())
                    .column("sentence", Explanation::sentence)
                    .column("reasons", why -> why.reasons().stream().map(Views::json).toList())
                    .column("change", why -> why.change().map(Views::json))
                    .column("command", Remedies::command);

    /** Counts of the scheduler. */
    public static final View<SchedulerStats> TASK_STATS =
            new View<SchedulerStats>()
                    .column("submitted", SchedulerStats::submitted)
                    .column("byState", stats -> new TreeMap<>(stats.byState()))
                    .column("refusedCompletions", SchedulerStats::refusedCompletions)
                    .column("waitMedian", stats -> stats.times().waitMedian())
                    .column("waitP99", stats -> stats.times().waitP99())
                    .column("runMedian", stats -> stats.times().runMedian())
                    .column("runP99", stats -> stats.times().runP99())
                    .column("trouble", SchedulerStats::trouble);

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
    static String about(TaskState state) {
        if (state instanceof TaskState.Blocked blocked) {
            return "waits "
                    + Stream.concat(
                                    blocked.on().isEmpty()
                                            ? Stream.empty()
                                            : Stream.of("for " + some(blocked.on())),
                                    blocked.until().stream().map(at -> "until " + Text.of(at)))
                            .collect(Collectors.joining(" and "));
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

    /** {@return the first three in order, and how many more there are} */
    private static String some(Set<TaskId> tasks) {
        String first =
                tasks.stream()
                        .sorted()
                        .limit(3)
                        .map(TaskId::value)
                        .collect(Collectors.joining(", "));
        return tasks.size() <= 3 ? first : first + " and " + (tasks.size() - 3) + " more";
    }

    /** {@return the state of a task in words, on one line} */
    static String stateOf(TaskSnapshot task) {
        String about = about(task.state());
        return task.state().name() + (about.isEmpty() ? "" : ": " + about);
    }

    /** {@return what the list of tasks has of a task} */
    static Map<String, @Nullable Object> taskJson(TaskSnapshot task) {
        return TASK.json(task);
    }

    /** {@return since when a task is in its state, as far as the state says so} */
    static Instant sinceOf(TaskSnapshot task) {
        if (task.state() instanceof TaskState.Ready ready) {
            return ready.since();
        }
        if (task.state() instanceof TaskState.Running running) {
            return running.since();
        }
        return endedAt(task.state()).orElse(task.submittedAt());
    }

    /** {@return where it runs; the state of one that has ended does not say it} */
    private static Optional<AgentId> agent(TaskState state) {
        return state instanceof TaskState.Running running
                ? Optional.of(running.agent())
                : Optional.empty();
    }

    private static Optional<Instant> endedAt(TaskState state) {
        return state instanceof TaskState.Ended ended ? Optional.of(ended.at()) : Optional.empty();
    }

    private static Optional<Instant> until(TaskState state) {
        if (state instanceof TaskState.Blocked blocked) {
            return blocked.until();
        }
        return state instanceof TaskState.RetryWait wait
                ? Optional.of(wait.until())
                : Optional.empty();
    }

    private static Optional<Integer> attempt(TaskState state) {
        if (state instanceof TaskState.Running running) {
            return Optional.of(running.attempt());
        }
        return state instanceof TaskState.RetryWait wait
                ? Optional.of(wait.attempt())
                : Optional.empty();
    }

    private static String backoff(RetryPolicy retry) {
        return Text.of(retry.backoff())
                + ", "
                + Text.duration(retry.firstDelay())
                + " to "
                + Text.duration(retry.maxDelay());
    }

    private static String recurrence(Recurrence recurrence) {
        String times =
                recurrence instanceof Recurrence.Cron cron
                        ? cron.expression() + " " + cron.zone()
                        : "every " + Text.duration(((Recurrence.Every) recurrence).interval());
        return times + ", missed: " + Text.of(recurrence.misfire());
    }

    private static Map<String, @Nullable Object> json(Explanation.Reason reason) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("kind", reason.kind());
        object.put("sentence", reason.sentence());
        object.put("subjects", reason.subjects());
        object.put("until", reason.until());
        return object;
    }

    private static Map<String, @Nullable Object> json(Explanation.Change change) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("action", change.action());
        object.put("sentence", change.sentence());
        object.put("subjects", change.subjects());
        return object;
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
