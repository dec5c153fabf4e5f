package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.agents.internal.DefaultAgentRuntime;
import io.sirsi.id.RandomIds;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scheduler and agents together, as the node wires them. */
class RealAgentsTest {

    private static final int CHILDREN = 5;
    private static final int TASKS_OF_A_CHILD = 8;

    private final LocalBus bus = new LocalBus();
    private final DefaultAgentRuntime agents =
            new DefaultAgentRuntime(
                    bus,
                    (DefaultAgentRuntime.Config)
                            Proxy.newProxyInstance(
                                    RealAgentsTest.class.getClassLoader(),
                                    new Class<?>[] {DefaultAgentRuntime.Config.class},
                                    (self, key, arguments) ->
                                            key.getName().equals("drainTimeoutMs")
                                                    ? 100
                                                    : key.getDefaultValue()));
    private final Cloud cloud = new Cloud();
    private DefaultTaskScheduler scheduler;

    @BeforeEach
    void start() throws ReflectiveOperationException {
        Random random = new Random(7);
        scheduler =
                new DefaultTaskScheduler(
                        agents,
                        bus,
                        new SchedulerSettings(
                                Duration.ofSeconds(1), Duration.ofMillis(200), 10_000, 10_000),
                        new TaskEngine.World(
                                Clock.systemUTC(),
                                System::nanoTime,
                                random,
                                new RandomIds(random)));
        scheduler.start();
        reference("bindProvider", AgentProvider.class, Map.class)
                .invoke(agents, cloud, Map.of("agent.type", "cloud"));
    }

    @AfterEach
    void stop() throws ReflectiveOperationException {
        scheduler.stop();
        reference("stop").invoke(agents);
    }

    /** What the framework calls, it calls by reflection. */
    private static Method reference(String name, Class<?>... types) throws NoSuchMethodException {
        Method method = DefaultAgentRuntime.class.getDeclaredMethod(name, types);
        method.setAccessible(true);
        return method;
    }

    private TaskId identify() {
        AgentId account =
                agents.spawn(
                                Bench.SESSION,
                                AgentSpec.of("cloud").capabilities(c -> c.canSpawnSubAgents()))
                        .id();
        return scheduler.schedule(
                Bench.SESSION,
                TaskSpec.of("identify")
                        .label("scan", "1")
                        .constraint(AgentConstraint.named(account)));
    }

    private List<TaskSnapshot> scan() {
        return scheduler.list(TaskQuery.labelled("scan", "1"));
    }

    @Test
    void a_task_spawns_agents_and_submits_tasks_for_them_and_all_succeed() {
        cloud.gate.countDown();
        identify();
        eventually(() -> scan().size() == 1 + CHILDREN * TASKS_OF_A_CHILD && ended());
        assertThat(scan()).allMatch(task -> task.state() instanceof TaskState.Succeeded);
    }

    @Test
    void when_the_type_goes_away_in_the_middle_every_task_ends_as_gone()
            throws ReflectiveOperationException {
        TaskId first = identify();
        eventually(() -> scan().size() == 1 + CHILDREN * TASKS_OF_A_CHILD);
        eventually(() -> agents.list().size() == 1 + CHILDREN);
        reference("unbindProvider", AgentProvider.class).invoke(agents, cloud);
        eventually(this::ended);
        assertThat(agents.list()).isEmpty();
        for (TaskSnapshot task : scan()) {
            if (!task.id().equals(first)) {
                assertThat(task.state())
                        .isInstanceOfSatisfying(
                                TaskState.Failed.class,
                                failed ->
                                        assertThat(failed.failure().code())
                                                .isEqualTo(AgentFailure.Code.GONE));
            }
        }
    }

    private boolean ended() {
        return scan().stream().allMatch(task -> task.state().isFinal());
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("in time").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Agents that spawn agents and give them tasks, which wait for a gate. */
    private static final class Cloud implements AgentProvider {

        private final CountDownLatch gate = new CountDownLatch(1);

        @Override
        public AgentDescriptor descriptor() {
            return new AgentDescriptor(
                    new AgentType("cloud"),
                    "cloud",
                    AgentCapabilities.NONE.canSpawnSubAgents(),
                    Set.of("identify", "discover"),
                    3);
        }

        @Override
        public Agent create(AgentContext context) {
            return task -> run(context, task);
        }

        private TaskOutcome run(AgentContext context, TaskContext task)
                throws InterruptedException {
            if (task.spec().type().equals("identify")) {
                for (int i = 0; i < CHILDREN; i++) {
                    AgentId child = context.spawn(AgentSpec.of("cloud"));
                    for (int j = 0; j < TASKS_OF_A_CHILD; j++) {
                        task.submit(
                                TaskSpec.of("discover").constraint(AgentConstraint.named(child)));
                    }
                }
            } else {
                gate.await();
            }
            return new TaskOutcome.Succeeded(task.elapsed(), Payload.NONE);
        }
    }
}
