package io.sirsi.hypervisor.internal;

import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.TaskControl;
import io.sirsi.hypervisor.TaskListener;
import io.sirsi.security.Permission;
import io.sirsi.session.SessionId;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.task.Explanation;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Tasks, in one caller's name. */
record TaskDesk(Visibility who, SessionRegistry sessions, Discretion discretion, Work work)
        implements TaskControl {

    private static final Permission ANY = Permission.of("session:any");
    private static final Permission READ = Permission.of("task:read");
    private static final Comparator<TaskSnapshot> NEWEST_FIRST =
            Comparator.comparing(TaskSnapshot::submittedAt).reversed();

    /** Who has the tasks, and who tells of them. */
    record Work(TaskScheduler scheduler, TaskWatches watches) {}

    @Override
    public TaskId submitTask(SessionId session, TaskSpec spec) {
        Gate.Request request =
                request("task:submit:" + spec.type(), session)
                        .with(Map.of("priority", spec.priority().name()));
        return who.gate()
                .act(
                        request,
                        () -> {
                            checkSession(session);
                            checkLabels(spec);
                            return sessions.withTasks(
                                    session, 1, () -> scheduler().schedule(session, spec));
                        },
                        TaskId::value);
    }

    @Override
    public List<TaskId> submitTasks(SessionId session, TaskGraph graph) {
        if (graph.size() == 0) {
            throw RefusedException.invalid("the graph has no task; add one, then submit it");
        }
        Set<String> types = new LinkedHashSet<>();
        for (int place = 0; place < graph.size(); place++) {
            types.add(graph.spec(place).type());
        }
        List<Permission> needed =
                types.stream().map(type -> Permission.of("task:submit:" + type)).toList();
        Gate.Request request =
                request(needed.get(0).value(), session)
                        .with(
                                Map.of(
                                        "tasks", Integer.toString(graph.size()),
                                        "types", String.join(" ", types)));
        who.gate().check(request, needed.subList(1, needed.size()));
        return who.gate()
                .decided(
                        request,
                        () -> {
                            checkSession(session);
                            for (int place = 0; place < graph.size(); place++) {
                                checkLabels(graph.spec(place));
                            }
                            return sessions.withTasks(
                                    session,
                                    graph.size(),
                                    () -> scheduler().scheduleAll(session, graph));
                        },
                        tasks -> tasks.size() + " tasks, the first is " + tasks.get(0));
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
        return change(
                "task:cancel",
                task,
                id -> scheduler().cancel(id, "cancelled by " + who.caller().name()),
                "it had ended already");
    }

    @Override
    public boolean pauseTask(TaskId task) {
        return change(
                "task:pause",
                task,
                id -> scheduler().pauseTask(id, who.caller().name()),
                "it had ended already");
    }

    @Override
    public boolean resumeTask(TaskId task) {
        return change("task:resume", task, scheduler()::resumeTask, "it was not paused");
    }

    @Override
    public void pauseTasks() {
        changeAll("task:pause", () -> scheduler().pauseAll(who.caller().name()));
    }

    @Override
    public void resumeTasks() {
        changeAll("task:resume", () -> scheduler().resumeAll());
    }

    @Override
    public Explanation explainTask(TaskId task) {
        return who.gate()
                .read(
                        request("task:read", task),
                        () -> {
                            TaskSnapshot there = visible(task).orElseThrow(() -> absent(task));
                            return scheduler()
                                    .explain(there.id())
                                    .map(discretion::about)
                                    .orElseThrow(() -> absent(task));
                        });
    }

    @Override
    public Subscription watchTask(TaskId task, TaskListener listener) {
        return who.gate()
                .read(
                        request("task:read", task),
                        () -> {
                            TaskSnapshot there = visible(task).orElseThrow(() -> absent(task));
                            return work.watches()
                                    .watch(
                                            there.id(),
                                            listener,
                                            () -> who.gate().allows(who.caller(), READ));
                        });
    }

    @Override
    public SchedulerStats taskStats() {
        return who.gate().read(request("task:read", ""), scheduler()::stats);
    }

    private boolean change(
            String permission, TaskId task, Predicate<TaskId> change, String otherwise) {
        return who.gate()
                .act(
                        request(permission, task),
                        () -> change.test(visible(task).orElseThrow(() -> absent(task)).id()),
                        changed -> changed ? "" : otherwise);
    }

    private void changeAll(String permission, Runnable change) {
        Gate.Request request = request(permission, "all tasks");
        who.gate().check(request, List.of(ANY));
        who.gate()
                .decided(
                        request,
                        () -> {
                            change.run();
                            return "";
                        },
                        note -> note);
    }

    private void checkSession(SessionId session) {
        if (who.session(session).isEmpty()) {
            throw SessionRegistry.absent(session);
        }
    }

    private static void checkLabels(TaskSpec spec) {
        if (spec.labels().containsKey(CloudTasks.SCAN)) {
            // What such a task reports would be taken for the scan's own.
            throw RefusedException.invalid(
                    "the label '"
                            + CloudTasks.SCAN
                            + "' belongs to scans; start a scan, or use another label");
        }
    }

    private TaskScheduler scheduler() {
        return work.scheduler();
    }

    private List<TaskSnapshot> list(TaskQuery query) {
        if (who.everything()) {
            return scheduler().list(query);
        }
        if (query.session().isPresent()) {
            SessionId session = query.session().get();
            if (!who.sees(session)) {
                throw SessionRegistry.absent(session);
            }
            return scheduler().list(query);
        }
        // Session by session, so that what others have is not even looked at.
        return sessions.list().stream()
                .filter(session -> session.owner().equals(who.caller().name()))
                .flatMap(
                        session ->
                                scheduler()
                                        .list(
                                                new TaskQuery(
                                                        Optional.of(session.id()),
                                                        query.states(),
                                                        query.labels(),
                                                        query.limit()))
                                        .stream())
                .sorted(NEWEST_FIRST)
                .limit(query.limit())
                .toList();
    }

    private Optional<TaskSnapshot> visible(TaskId task) {
        return scheduler().find(task).filter(who::sees);
    }

    private static RefusedException absent(TaskId task) {
        return RefusedException.notFound(
                "there is no task '" + task + "'; list yours to see their names");
    }

    private Gate.Request request(String permission, Object target) {
        return Gate.Request.of(who.caller(), permission, target);
    }
}
