package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanState;
import io.sirsi.session.SessionId;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the coordinator knows of a scan that runs. Events arrive on many threads; each method holds
 * this object's lock for a moment and calls nobody.
 */
final class RunningScan {

    private static final Set<String> LOOKING = Set.of(CloudTasks.IDENTIFY, CloudTasks.DISCOVER);

    /** One task of the scan. */
    private static final class View {
        private final TaskId id;
        private final String type;
        private final Map<String, String> labels;
        private long resources;
        private TaskState.@Nullable Ended end;
        private boolean settled;

        View(TaskSnapshot task) {
            this.id = task.id();
            this.type = task.spec().type();
            this.labels = task.spec().labels();
        }

        private boolean looks() {
            return LOOKING.contains(type);
        }
    }

    /**
     * A task that ended without success.
     *
     * @param task its name
     * @param gaps what the scan could not see because of it
     */
    record Loss(TaskId task, List<CoverageGap> gaps) {}

    final Scan scan;
    final SessionId session;
    private final Map<TaskId, View> views = new LinkedHashMap<>();
    private final Map<String, String> accountIds = new HashMap<>();
    private @Nullable AgentId inventoryAgent;
    private boolean prepared;
    private boolean findingsSubmitted;
    private @Nullable String cancelled;
    private @Nullable Instant stopping;
    private boolean cutShort;
    private boolean reportedTrouble;
    private Instant refreshed = Instant.EPOCH;

    RunningScan(Scan scan, SessionId session) {
        this.scan = scan;
        this.session = session;
    }

    /** Everything that the start submits is submitted; from now on the scan may move on. */
    synchronized void prepared(@Nullable AgentId agentForFindings) {
        inventoryAgent = agentForFindings;
        prepared = true;
    }

    synchronized boolean isPrepared() {
        return prepared;
    }

    synchronized Optional<AgentId> inventoryAgent() {
        return Optional.ofNullable(inventoryAgent);
    }

    /** Takes a task as it is, new or changed. */
    synchronized void see(TaskSnapshot task) {
        View view = views.computeIfAbsent(task.id(), id -> new View(task));
        if (view.end != null || !(task.state() instanceof TaskState.Ended end)) {
            return;
        }
        view.end = end;
        if (end instanceof TaskState.Succeeded succeeded) {
            Map<String, String> output = fields(succeeded.output());
            view.resources = number(output.get(CloudTasks.RESOURCES));
            String accountId = output.get(CloudTasks.ACCOUNT_ID);
            if (view.type.equals(CloudTasks.IDENTIFY) && accountId != null) {
                accountIds.put(accountKey(view), accountId);
            }
        }
    }

    synchronized void progressed(TaskId task, long done) {
        View view = views.get(task);
        if (view != null && view.end == null && view.looks()) {
            view.resources = done;
        }
    }

    /** {@return whether nobody called it off before} */
    synchronized boolean cancel(String reason) {
        if (cancelled != null) {
            return false;
        }
        cancelled = reason;
        return true;
    }

    synchronized boolean isCancelled() {
        return cancelled != null;
    }

    synchronized boolean isCutShort() {
        return cutShort;
    }

    /** Its time ran out. */
    synchronized void cutShort() {
        cutShort = true;
    }

    /** {@return since when it waits for its tasks to end; the first call says now} */
    synchronized Instant stoppingSince(Instant now) {
        if (stopping == null) {
            stopping = now;
        }
        return stopping;
    }

    /** {@return whether this is the first trouble since the last {@link #calm}} */
    synchronized boolean trouble() {
        boolean first = !reportedTrouble;
        reportedTrouble = true;
        return first;
    }

    /** {@return whether the last refresh was that long ago; if so, the next one is now} */
    synchronized boolean refreshDue(Instant now, Duration every) {
        if (now.isBefore(refreshed.plus(every))) {
            return false;
        }
        refreshed = now;
        return true;
    }

    synchronized void calm() {
        reportedTrouble = false;
    }

    synchronized boolean identifiesEnded() {
        return ended(view -> view.type.equals(CloudTasks.IDENTIFY));
    }

    synchronized boolean allEnded() {
        return ended(view -> true);
    }

    synchronized boolean looksAtSomething() {
        return views.values().stream().anyMatch(View::looks);
    }

    synchronized List<TaskId> unfinishedLooks() {
        return views.values().stream()
                .filter(view -> view.looks() && view.end == null)
                .map(view -> view.id)
                .toList();
    }

    synchronized List<TaskId> unfinishedLooks(String provider) {
        return views.values().stream()
                .filter(view -> view.looks() && view.end == null)
                .filter(view -> provider.equals(view.labels.get(CloudTasks.PROVIDER)))
                .map(view -> view.id)
                .toList();
    }

    /** {@return whether the findings are still to be submitted; the answer is yes once} */
    synchronized boolean takeFindings() {
        boolean first = !findingsSubmitted;
        findingsSubmitted = true;
        return first;
    }

    synchronized boolean findingsSubmitted() {
        return findingsSubmitted;
    }

    /** {@return the losses that are not settled yet; with unfinished ones, everything that is} */
    synchronized List<Loss> losses(boolean withUnfinished) {
        return views.values().stream()
                .filter(view -> !view.settled)
                .filter(view -> view.end != null || withUnfinished)
                .filter(view -> !(view.end instanceof TaskState.Succeeded))
                .map(view -> new Loss(view.id, gapsOf(view)))
                .toList();
    }

    /** The loss is recorded. */
    synchronized void settle(TaskId task) {
        View view = views.get(task);
        if (view != null) {
            view.settled = true;
        }
    }

    synchronized long apiCalls() {
        return views.values().stream()
                .map(view -> view.end)
                .filter(TaskState.Succeeded.class::isInstance)
                .map(TaskState.Succeeded.class::cast)
                .mapToLong(end -> number(fields(end.output()).get(CloudTasks.API_CALLS)))
                .sum();
    }

    /** {@return how far it is, as the scan that is given} */
    synchronized ScanProgress progress(Scan as) {
        Map<String, ScanProgress.ScopeProgress> scopes = new TreeMap<>();
        for (View view : views.values()) {
            if (view.looks()) {
                CloudScope scope = scopeOf(view);
                boolean done = view.end instanceof TaskState.Succeeded;
                boolean failed = view.end != null && !done;
                scopes.merge(
                        scope.toString(),
                        new ScanProgress.ScopeProgress(
                                scope, 1, done ? 1 : 0, failed ? 1 : 0, view.resources),
                        (a, b) ->
                                new ScanProgress.ScopeProgress(
                                        a.scope(),
                                        a.tasks() + b.tasks(),
                                        a.done() + b.done(),
                                        a.failed() + b.failed(),
                                        a.resources() + b.resources()));
            }
        }
        return new ScanProgress(as, phase(as), List.copyOf(scopes.values()));
    }

    private String phase(Scan as) {
        if (as.state() != ScanState.RUNNING) {
            return "ended";
        }
        if (cancelled != null) {
            return "stopping";
        }
        if (!prepared || !ended(view -> view.type.equals(CloudTasks.IDENTIFY))) {
            return "identifying";
        }
        if (!ended(View::looks)) {
            return "discovering";
        }
        return ended(view -> view.type.equals(CloudTasks.FINDINGS)) ? "adding up" : "findings";
    }

    private boolean ended(Predicate<View> which) {
        return views.values().stream().filter(which).allMatch(view -> view.end != null);
    }

    private List<CoverageGap> gapsOf(View view) {
        AgentFailure why = failureOf(view.end);
        if (view.looks()) {
            return List.of(
                    new CoverageGap(
                            scopeOf(view),
                            Optional.ofNullable(view.labels.get(CloudTasks.TYPE))
                                    .map(ResourceType::of),
                            why));
        }
        if (!view.type.equals(CloudTasks.FINDINGS)) {
            return List.of();
        }
        AgentFailure incomplete =
                new AgentFailure(
                        why.code(),
                        "the findings are incomplete: " + why.sentence(),
                        why.retryAfter());
        return views.values().stream()
                .filter(other -> other.type.equals(CloudTasks.IDENTIFY))
                .map(other -> new CoverageGap(scopeOf(other), Optional.empty(), incomplete))
                .toList();
    }

    private AgentFailure failureOf(TaskState.@Nullable Ended end) {
        if (end instanceof TaskState.Failed failed) {
            return failed.failure();
        }
        if (end instanceof TaskState.Quarantined quarantined) {
            return quarantined.failure();
        }
        if (end instanceof TaskState.TimedOut timedOut) {
            return AgentFailure.of(AgentFailure.Code.TIMED_OUT, timedOut.sentence());
        }
        if (end instanceof TaskState.Unknown unknown) {
            return AgentFailure.of(AgentFailure.Code.GONE, unknown.sentence());
        }
        if (cancelled != null) {
            return AgentFailure.of(AgentFailure.Code.GONE, cancelled);
        }
        if (cutShort) {
            return AgentFailure.of(
                    AgentFailure.Code.TIMED_OUT,
                    "the scan's time of "
                            + seconds(scan.spec().timeout())
                            + " ran out before it was seen");
        }
        return AgentFailure.of(
                AgentFailure.Code.GONE,
                end instanceof TaskState.Cancelled called
                        ? called.reason()
                        : "the task did not end");
    }

    private CloudScope scopeOf(View view) {
        String account = view.labels.getOrDefault(CloudTasks.ACCOUNT, "unknown");
        String known =
                Optional.ofNullable(view.labels.get(CloudTasks.ACCOUNT_ID))
                        .or(() -> Optional.ofNullable(accountIds.get(accountKey(view))))
                        .orElse(account);
        return new CloudScope(
                view.labels.getOrDefault(CloudTasks.PROVIDER, "unknown"),
                known,
                view.labels.getOrDefault(CloudTasks.REGION, CloudScope.GLOBAL));
    }

    private static String accountKey(View view) {
        return view.labels.get(CloudTasks.PROVIDER) + "/" + view.labels.get(CloudTasks.ACCOUNT);
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }

    private static Map<String, String> fields(Payload payload) {
        return payload.contentType().equals(Payload.FIELDS) ? payload.fields() : Map.of();
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
