package io.sirsi.hypervisor.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.TaskControl;
import io.sirsi.session.SessionId;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tasks, in one caller's name. */
record TaskDesk(Visibility who, SessionRegistry sessions, TaskScheduler scheduler)
        implements TaskControl {

    @Override
    public TaskId submitTask(SessionId session, TaskSpec spec) {
        Gate.Request request =
                request("task:submit:" + spec.type(), session)
                        .with(Map.of("priority", spec.priority().name()));
        return who.gate()
                .act(
                        request,
                        () -> {
                            if (who.session(session).isEmpty()) {
                                throw SessionRegistry.absent(session);
                            }
                            if (spec.labels().containsKey(CloudTasks.SCAN)) {
                                // What such a task reports would be taken for the scan's own.
                                throw RefusedException.invalid(
                                        "the label '"
                                                + CloudTasks.SCAN
                                                + "' belongs to scans; start a scan, or use another"
                                                + " label");
                            }
                            return sessions.withTask(
                                    session, () -> scheduler.schedule(session, spec));
                        },
                        TaskId::value);
    }

    @Override
    public TaskSnapshot task(TaskId task) {
        return who.gate()
                .read(
                        request("task:read", task),
                        () -> visible(task).orElseThrow(() -> absent(task)));
    }

    @Override
    public List<TaskSnapshot> tasks(TaskQuery query) {
        return who.gate().read(request("task:read", ""), () -> list(query));
    }

    @Override
    public boolean cancelTask(TaskId task) {
        return who.gate()
                .act(
                        request("task:cancel", task),
                        () -> {
                            TaskSnapshot there = visible(task).orElseThrow(() -> absent(task));
                            return scheduler.cancel(
                                    there.id(), "cancelled by " + who.caller().name());
                        },
                        stopped -> stopped ? "" : "it had ended already");
    }

    @Override
    public SchedulerStats taskStats() {
        return who.gate().read(request("task:read", ""), scheduler::stats);
    }

    private List<TaskSnapshot> list(TaskQuery query) {
        if (who.everything()) {
            return scheduler.list(query);
        }
        if (query.session().isPresent()) {
            SessionId session = query.session().get();
            if (!who.sees(session)) {
                throw SessionRegistry.absent(session);
            }
            return scheduler.list(query);
        }
        TaskQuery all = new TaskQuery(Optional.empty(), query.states(), query.labels(), 1_000_000);
        return scheduler.list(all).stream().filter(who::sees).limit(query.limit()).toList();
    }

    private Optional<TaskSnapshot> visible(TaskId task) {
        return scheduler.find(task).filter(who::sees);
    }

    private static RefusedException absent(TaskId task) {
        return RefusedException.notFound(
                "there is no task '" + task + "'; list yours to see their names");
    }

    private Gate.Request request(String permission, Object target) {
        return Gate.Request.of(who.caller(), permission, target);
    }
}
