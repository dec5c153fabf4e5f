package io.sirsi.jmx.internal;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.jmx.ChangeView;
import io.sirsi.jmx.ExplanationView;
import io.sirsi.jmx.ReasonView;
import io.sirsi.jmx.SchedulerMXBean;
import io.sirsi.jmx.TaskView;
import io.sirsi.session.SessionId;
import io.sirsi.task.Explanation;
import io.sirsi.task.Payload;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tasks, for JMX. */
final class Scheduler extends Notices implements SchedulerMXBean {

    static final String FINISHED = "io.sirsi.task.finished";

    private final Calls calls;

    Scheduler(Calls calls) {
        super(FINISHED);
        this.calls = calls;
    }

    @Override
    public Map<String, Long> getTasksByState() {
        return calls.call(node -> node.taskStats().byState());
    }

    @Override
    public long getSubmitted() {
        return calls.call(node -> node.taskStats().submitted());
    }

    @Override
    public long getRefusedCompletions() {
        return calls.call(node -> node.taskStats().refusedCompletions());
    }

    @Override
    public Map<String, Double> getTaskTimesMillis() {
        SchedulerStats.Times times = calls.call(node -> node.taskStats().times());
        return Map.of(
                "waitMedian", times.waitMedian().toNanos() / 1e6,
                "waitP99", times.waitP99().toNanos() / 1e6,
                "runMedian", times.runMedian().toNanos() / 1e6,
                "runP99", times.runP99().toNanos() / 1e6);
    }

    @Override
    public String getTrouble() {
        return calls.call(node -> node.taskStats().trouble());
    }

    @Override
    public List<TaskView> listTasks(int limit) {
        return calls.call(
                node ->
                        node.tasks(TaskQuery.newest(Limits.checked(limit))).stream()
                                .map(Scheduler::view)
                                .toList());
    }

    @Override
    public TaskView getTask(String task) {
        return calls.call(node -> view(node.task(new TaskId(task))));
    }

    @Override
    public ExplanationView getTaskExplanation(String task) {
        return calls.call(node -> view(node.explainTask(new TaskId(task))));
    }

    @Override
    public String submitTask(String session, String type) {
        return submitTask(session, type, Map.of());
    }

    @Override
    public String submitTask(String session, String type, Map<String, String> input) {
        return calls.call(
                node ->
                        node.submitTask(
                                        new SessionId(session),
                                        TaskSpec.of(type).input(Payload.fields(input)))
                                .value());
    }

    @Override
    public boolean cancelTask(String task) {
        return calls.call(node -> node.cancelTask(new TaskId(task)));
    }

    @Override
    public boolean pauseTask(String task) {
        return calls.call(node -> node.pauseTask(new TaskId(task)));
    }

    @Override
    public boolean resumeTask(String task) {
        return calls.call(node -> node.resumeTask(new TaskId(task)));
    }

    @Override
    public void pauseTasks() {
        calls.run(Hypervisor::pauseTasks);
    }

    @Override
    public void resumeTasks() {
        calls.run(Hypervisor::resumeTasks);
    }

    private static ExplanationView view(Explanation why) {
        return new ExplanationView(
                why.task().id().value(),
                why.task().state().name(),
                why.sentence(),
                why.reasons().stream()
                        .map(
                                reason ->
                                        new ReasonView(
                                                reason.kind().name(),
                                                reason.sentence(),
                                                reason.subjects(),
                                                text(reason.until())))
                        .toList(),
                why.change()
                        .map(
                                change ->
                                        new ChangeView(
                                                change.action().name(),
                                                change.sentence(),
                                                change.subjects()))
                        .orElseGet(() -> new ChangeView("", "", List.of())));
    }

    private static String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse("");
    }

    private static Optional<Instant> until(TaskState state) {
        if (state instanceof TaskState.Blocked blocked) {
            return blocked.until();
        }
        return state instanceof TaskState.RetryWait wait
                ? Optional.of(wait.until())
                : Optional.empty();
    }

    private static TaskView view(TaskSnapshot task) {
        return new TaskView(
                task.id().value(),
                task.session().value(),
                task.spec().type(),
                task.spec().priority().name(),
                task.state().name(),
                reason(task.state()),
                text(until(task.state())),
                task.submittedAt().toString(),
                task.spec().labels());
    }

    private static String reason(TaskState state) {
        if (state instanceof TaskState.Blocked blocked) {
            return blocked.on().isEmpty()
                    ? "waits for its time"
                    : "waits for "
                            + blocked.on().size()
                            + (blocked.on().size() == 1 ? " task" : " tasks");
        }
        if (state instanceof TaskState.Running running) {
            return "attempt " + running.attempt() + " on " + running.agent();
        }
        if (state instanceof TaskState.RetryWait wait) {
            return wait.last().sentence();
        }
        if (state instanceof TaskState.Failed failed) {
            return failed.failure().sentence();
        }
        if (state instanceof TaskState.Cancelled cancelled) {
            return cancelled.reason();
        }
        if (state instanceof TaskState.TimedOut timedOut) {
            return timedOut.sentence();
        }
        if (state instanceof TaskState.Quarantined quarantined) {
            return quarantined.failure().sentence();
        }
        return state instanceof TaskState.Unknown unknown ? unknown.sentence() : "";
    }
}
