package io.sirsi.jmx.internal;

import io.sirsi.jmx.SchedulerMXBean;
import io.sirsi.jmx.TaskView;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.util.List;
import java.util.Map;

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

    private static TaskView view(TaskSnapshot task) {
        return new TaskView(
                task.id().value(),
                task.session().value(),
                task.spec().type(),
                task.spec().priority().name(),
                task.state().name(),
                reason(task.state()),
                task.submittedAt().toString(),
                task.spec().labels());
    }

    private static String reason(TaskState state) {
        if (state instanceof TaskState.Blocked blocked) {
            return "waits for " + blocked.on().size() + " tasks";
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
