package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.task.Delivery;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scheduler with its own thread and the real clock. */
class DefaultTaskSchedulerTest {

    @TempDir Path folder;

    private final LocalBus bus = new LocalBus();
    private final ScriptedAgents agents = new ScriptedAgents();
    private LocalJournals journals;
    private DefaultTaskScheduler scheduler;

    @BeforeEach
    void start() {
        journals = LocalJournals.in(folder.resolve("log"));
        scheduler = started();
        agents.type("wide", 8, "work");
    }

    private DefaultTaskScheduler started() {
        EngineRunner.Places places =
                new EngineRunner.Places(
                        folder.resolve("history"),
                        64 << 20,
                        1 << 20,
                        new JournalOptions(1 << 20, 1 << 20, 1 << 20));
        DefaultTaskScheduler next =
                new DefaultTaskScheduler(
                        bus,
                        new EngineRunner(
                                agents,
                                bus,
                                journals,
                                Bench.settings(Duration.ofMillis(100), 100_000),
                                places));
        next.start();
        return next;
    }

    @AfterEach
    void stop() {
        scheduler.stop();
        journals.close();
    }

    private AgentId spawn(String name) {
        AgentId agent = agents.add(Bench.SESSION, name, "wide");
        bus.publish(new AgentSpawned(agents.find(agent).orElseThrow(), Instant.now()));
        return agent;
    }

    @Test
    void its_thread_starts_tasks_as_they_come_and_as_agents_come() {
        TaskId task = scheduler.schedule(Bench.SESSION, TaskSpec.of("work"));
        spawn("one");
        eventually(() -> !agents.running().isEmpty());
        agents.last(task).succeed();
        eventually(() -> state(task) instanceof TaskState.Succeeded);
        eventually(() -> bus.of(TaskFinished.class).size() == 1);
    }

    @Test
    void a_timeout_wakes_its_thread() {
        spawn("one");
        TaskId task =
                scheduler.schedule(
                        Bench.SESSION, TaskSpec.of("work").timeout(Duration.ofMillis(50)));
        eventually(() -> state(task) instanceof TaskState.TimedOut);
        assertThat(agents.last(task).asked).containsExactly("cancel", "interrupt", "abandon");
    }

    @Test
    void its_thread_outlives_a_turn_that_breaks() {
        agents.broken = true;
        TaskId task = scheduler.schedule(Bench.SESSION, TaskSpec.of("work"));
        spawn("one");
        LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
        agents.broken = false;
        eventually(() -> state(task) instanceof TaskState.Running);
    }

    @Test
    void the_next_scheduler_goes_on_with_what_waits_and_adopts_what_runs() {
        spawn("one");
        TaskId running = scheduler.schedule(Bench.SESSION, TaskSpec.of("work"));
        TaskId lost =
                scheduler.schedule(Bench.SESSION, TaskSpec.of("work").delivery(Delivery.VOLATILE));
        eventually(() -> agents.running().size() == 2);
        TaskId blocked = scheduler.schedule(Bench.SESSION, TaskSpec.of("work").after(running));
        scheduler.stop();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("sirsi-scheduler"));
        assertThat(agents.last(running).asked).isEmpty();
        assertThat(agents.last(lost).asked).containsExactly("cancel");
        scheduler = started();
        assertThat(scheduler.recovery().orElseThrow().resumed()).isEqualTo(1);
        assertThat(state(running)).isInstanceOf(TaskState.Running.class);
        assertThat(scheduler.find(lost)).isEmpty();
        agents.last(running).succeed();
        eventually(() -> state(running) instanceof TaskState.Succeeded);
        eventually(() -> state(blocked) instanceof TaskState.Running);
        assertThat(agents.startedTasks()).containsOnlyOnce(running);
    }

    @Test
    void what_ended_while_there_was_no_scheduler_is_told_to_the_next() {
        spawn("one");
        TaskId task = scheduler.schedule(Bench.SESSION, TaskSpec.of("work"));
        eventually(() -> agents.running().size() == 1);
        scheduler.stop();
        agents.last(task).succeed();
        scheduler = started();
        eventually(() -> state(task) instanceof TaskState.Succeeded);
        eventually(() -> agents.last(task).released());
    }

    @Test
    void racing_submitters_cancellers_and_completions_end_every_task_exactly_once()
            throws Exception {
        for (int i = 0; i < 4; i++) {
            spawn("a" + i);
        }
        AtomicBoolean more = new AtomicBoolean(true);
        Set<TaskId> submitted = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int number = t;
            threads.add(new Thread(() -> submitAndCancel(number, submitted)));
        }
        Thread completer = new Thread(() -> completeWhile(more));
        threads.forEach(Thread::start);
        completer.start();
        for (Thread thread : threads) {
            thread.join(50_000);
        }
        eventually(
                () ->
                        scheduler.list(TaskQuery.newest(100_000)).stream()
                                .allMatch(task -> task.state().isFinal()));
        eventually(() -> bus.of(TaskFinished.class).size() >= submitted.size());
        more.set(false);
        completer.join(50_000);
        List<TaskFinished> ends = bus.of(TaskFinished.class);
        Set<TaskId> ended = new HashSet<>();
        ends.forEach(end -> assertThat(ended.add(end.task().id())).isTrue());
        assertThat(ended).isEqualTo(submitted);
        assertThat(ends).anyMatch(end -> end.task().state() instanceof TaskState.Cancelled);
        assertThat(ends).anyMatch(end -> end.task().state() instanceof TaskState.Succeeded);
    }

    private void submitAndCancel(int number, Set<TaskId> submitted) {
        Random random = new Random(number);
        List<TaskId> mine = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            TaskSpec spec = TaskSpec.of("work");
            if (!mine.isEmpty() && random.nextInt(4) == 0) {
                spec = spec.afterAnyEnd(mine.get(random.nextInt(mine.size())));
            }
            TaskId task = scheduler.schedule(Bench.SESSION, spec);
            mine.add(task);
            submitted.add(task);
            if (random.nextInt(3) == 0) {
                scheduler.cancel(mine.get(random.nextInt(mine.size())), "race");
            }
        }
    }

    private void completeWhile(AtomicBoolean more) {
        while (more.get()) {
            agents.running()
                    .forEach(
                            run -> run.end(new TaskOutcome.Succeeded(Duration.ZERO, Payload.NONE)));
            Thread.onSpinWait();
        }
    }

    private TaskState state(TaskId task) {
        return scheduler.find(task).orElseThrow().state();
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("in time").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }
}
