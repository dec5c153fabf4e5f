package io.sirsi.hypervisor.internal;

import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.id.RandomIds;
import io.sirsi.session.SessionId;
import io.sirsi.task.Explanation;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import io.sirsi.task.TaskSubmitted;
import io.sirsi.task.TasksRecovered;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A scheduler whose tasks end when, and as, a test says. */
final class FakeTasks implements TaskScheduler {

    final Set<SessionId> paused = new HashSet<>();
    final Map<TaskId, String> pausedTasks = new HashMap<>();
    final Map<SessionId, Integer> weights = new HashMap<>();
    Optional<String> allPausedBy = Optional.empty();
    Optional<TasksRecovered> recovery = Optional.empty();
    String sentence = "It is ready to run.";
    List<Explanation.Reason> reasons = List.of();
    Optional<Explanation.Change> change = Optional.empty();
    String trouble = "";

    /** Whether it has no log at the moment. */
    boolean away;

    boolean silent;
    boolean deaf;
    private final Map<TaskId, TaskSnapshot> tasks = new LinkedHashMap<>();
    private final EventBus bus;
    private final Clock clock;
    private final RandomIds ids = new RandomIds(new Random(7));

    FakeTasks(EventBus bus, Clock clock) {
        this.bus = bus;
        this.clock = clock;
    }

    @Override
    public TaskId schedule(SessionId session, TaskSpec spec) {
        checkThere();
        TaskSnapshot task =
                new TaskSnapshot(
                        new TaskId(ids.next("t")),
                        session,
                        spec,
                        new TaskState.Ready(clock.instant()),
                        clock.instant());
        tasks.put(task.id(), task);
        if (!silent) {
            bus.publish(new TaskSubmitted(task, clock.instant()));
        }
        return task.id();
    }

    @Override
    public List<TaskId> scheduleAll(SessionId session, TaskGraph graph) {
        return IntStream.range(0, graph.size())
                .mapToObj(place -> schedule(session, graph.spec(place)))
                .toList();
    }

    @Override
    public Optional<TaskSnapshot> find(TaskId task) {
        return Optional.ofNullable(tasks.get(task));
    }

    @Override
    public List<TaskSnapshot> list(TaskQuery query) {
        checkThere();
        List<TaskSnapshot> newestFirst = new ArrayList<>(tasks.values());
        Collections.reverse(newestFirst);
        return newestFirst.stream()
                .filter(task -> query.session().map(task.session()::equals).orElse(true))
                .filter(
                        task ->
                                query.states().isEmpty()
                                        || query.states().contains(task.state().name()))
                .filter(
                        task ->
                                task.spec()
                                        .labels()
                                        .entrySet()
                                        .containsAll(query.labels().entrySet()))
                .limit(query.limit())
                .toList();
    }

    @Override
    public boolean cancel(TaskId task, String reason) {
        if (tasks.get(task).state().isFinal()) {
            return false;
        }
        if (!deaf) {
            finish(task, new TaskState.Cancelled(clock.instant(), reason));
        }
        return true;
    }

    @Override
    public int cancelAll(SessionId session, String reason) {
        checkThere();
        int count = 0;
        for (TaskSnapshot task : List.copyOf(tasks.values())) {
            if (task.session().equals(session) && cancel(task.id(), reason)) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void pause(SessionId session, boolean pause) {
        checkThere();
        if (pause) {
            paused.add(session);
        } else {
            paused.remove(session);
        }
    }

    @Override
    public boolean pauseTask(TaskId task, String by) {
        checkThere();
        pausedTasks.put(task, by);
        return !tasks.get(task).state().isFinal();
    }

    @Override
    public boolean resumeTask(TaskId task) {
        return pausedTasks.remove(task) != null;
    }

    @Override
    public void pauseAll(String by) {
        allPausedBy = Optional.of(by);
    }

    @Override
    public void resumeAll() {
        allPausedBy = Optional.empty();
    }

    @Override
    public void weigh(SessionId session, int weight) {
        checkThere();
        weights.put(session, weight);
    }

    @Override
    public Optional<Explanation> explain(TaskId task) {
        return find(task).map(there -> new Explanation(there, sentence, reasons, change));
    }

    @Override
    public Optional<TasksRecovered> recovery() {
        return recovery;
    }

    @Override
    public SchedulerStats stats() {
        return new SchedulerStats(
                tasks.values().stream()
                        .collect(
                                Collectors.groupingBy(
                                        task -> task.state().name(), Collectors.counting())),
                tasks.size(),
                0,
                SchedulerStats.Times.NONE,
                trouble);
    }

    private void checkThere() {
        if (away) {
            throw RefusedException.unavailable("the scheduler cannot read its log");
        }
    }

    void finish(TaskId id, TaskState.Ended end) {
        TaskSnapshot before = tasks.get(id);
        if (before.state().isFinal()) {
            throw new AssertionError("ended twice: " + before);
        }
        TaskSnapshot after =
                new TaskSnapshot(id, before.session(), before.spec(), end, before.submittedAt());
        tasks.put(id, after);
        if (!silent) {
            bus.publish(new TaskFinished(after, Duration.ZERO, clock.instant()));
        }
    }

    void progress(TaskId id, long done) {
        bus.publish(new TaskProgressed(id, done, 0, "resources", clock.instant()));
    }

    /** {@return the unfinished tasks of a type, oldest first} */
    List<TaskSnapshot> open(String type) {
        return tasks.values().stream()
                .filter(task -> task.spec().type().equals(type) && !task.state().isFinal())
                .toList();
    }
}
