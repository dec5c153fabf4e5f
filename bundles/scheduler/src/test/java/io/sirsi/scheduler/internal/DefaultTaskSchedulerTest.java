package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.id.RandomIds;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scheduler with its own thread and the real clock. */
class DefaultTaskSchedulerTest {

    private final LocalBus bus = new LocalBus();
    private final ScriptedAgents agents = new ScriptedAgents();
    private DefaultTaskScheduler scheduler;

    @BeforeEach
    void start() {
        Random random = new Random(7);
        scheduler =
                new DefaultTaskScheduler(
                        agents,
                        bus,
                        new SchedulerSettings(
                                Duration.ofSeconds(1), Duration.ofMillis(100), 100_000, 100_000),
                        new TaskEngine.World(
                                Clock.systemUTC(),
                                System::nanoTime,
                                random,
                                new RandomIds(random)));
        scheduler.start();
        agents.type("wide", 8, "work");
    }

    @AfterEach
    void stop() {
        scheduler.stop();
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
    void its_end_is_the_end_of_its_thread_and_of_all_tasks() {
        spawn("one");
        TaskId running = scheduler.schedule(Bench.SESSION, TaskSpec.of("work"));
        eventually(() -> !agents.running().isEmpty());
        TaskId blocked = scheduler.schedule(Bench.SESSION, TaskSpec.of("work").after(running));
        scheduler.stop();
        assertThat(state(running)).isInstanceOf(TaskState.Cancelled.class);
        assertThat(state(blocked)).isInstanceOf(TaskState.Cancelled.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("sirsi-scheduler"));
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
        for (int i = 0; i < 1_000; i++) {
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

    @Test
    void a_nonsense_limit_is_refused_with_its_key_and_value() {
        assertThatThrownBy(() -> SchedulerSettings.of(config(Map.of("agingIntervalMs", 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("agingIntervalMs")
                .hasMessageContaining("not 0");
        assertThat(SchedulerSettings.of(config(Map.of())).historyLimit()).isEqualTo(50_000);
    }

    private static DefaultTaskScheduler.Config config(Map<String, Integer> values) {
        return (DefaultTaskScheduler.Config)
                Proxy.newProxyInstance(
                        DefaultTaskSchedulerTest.class.getClassLoader(),
                        new Class<?>[] {DefaultTaskScheduler.Config.class},
                        (self, method, arguments) ->
                                values.getOrDefault(
                                        method.getName(), (Integer) method.getDefaultValue()));
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
