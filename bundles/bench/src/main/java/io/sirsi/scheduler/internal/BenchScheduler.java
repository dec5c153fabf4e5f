package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.event.EventBus;
import io.sirsi.journal.Journals;
import io.sirsi.task.TaskScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The scheduler as a node has it, with the values of its configuration file. In the scheduler's
 * package, since only the framework makes one otherwise.
 */
public final class BenchScheduler implements AutoCloseable {

    private final DefaultTaskScheduler scheduler;

    /**
     * Makes one.
     *
     * @param agents who runs tasks
     * @param bus where its facts go
     * @param journals where its log is
     * @param history where ended tasks are
     */
    public BenchScheduler(AgentRuntime agents, EventBus bus, Journals journals, Path history) {
        SchedulerSettings settings =
                new SchedulerSettings(
                        new SchedulerSettings.Waits(
                                Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofDays(7)),
                        2_000_000,
                        10_000,
                        5,
                        List.of());
        EngineRunner.Places places =
                new EngineRunner.Places(history, 4L << 30, 256L << 20, EngineRunner.Places.LOG);
        scheduler =
                new DefaultTaskScheduler(
                        bus, new EngineRunner(agents, bus, journals, settings, places));
    }

    /** Reads the log and begins. */
    public void start() {
        scheduler.start();
    }

    /** {@return it} */
    public TaskScheduler scheduler() {
        return scheduler;
    }

    @Override
    public void close() {
        scheduler.stop();
    }
}
