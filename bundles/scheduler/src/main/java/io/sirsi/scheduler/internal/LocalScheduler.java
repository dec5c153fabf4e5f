package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.event.EventBus;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.Journals;
import io.sirsi.task.TaskScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The scheduler as the node has it, without OSGi: for crash tests, tools and benchmarks on the
 * class path.
 */
public final class LocalScheduler implements AutoCloseable {

    /** Enough for any test. */
    private static final int MOST_UNFINISHED = 10_000_000;

    private static final int REMEMBERED_VOLATILE = 10_000;
    private static final int QUARANTINE_AFTER = 5;
    private static final long HISTORY_BYTES = 4L << 30;

    /**
     * What differs from a node's defaults.
     *
     * @param snapshotAfterBytes after how much log a snapshot is taken
     * @param log the sizes of the log
     * @param cancelGrace how long an agent has after each of cancel and interrupt
     */
    public record Tuning(long snapshotAfterBytes, JournalOptions log, Duration cancelGrace) {}

    private final DefaultTaskScheduler scheduler;

    private LocalScheduler(DefaultTaskScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Reads the log and begins.
     *
     * @param history the folder of ended tasks
     * @param journals where the log is; closed by whoever made it, after the scheduler
     * @param agents who runs tasks
     * @param bus where its facts go, and where it hears of agents
     * @param tuning what differs from a node's defaults
     * @return the scheduler, running; it refuses everything where its log could not be read
     */
    public static LocalScheduler open(
            Path history, Journals journals, AgentRuntime agents, EventBus bus, Tuning tuning) {
        SchedulerSettings settings =
                new SchedulerSettings(
                        new SchedulerSettings.Waits(
                                Duration.ofMinutes(1), tuning.cancelGrace(), Duration.ofDays(7)),
                        MOST_UNFINISHED,
                        REMEMBERED_VOLATILE,
                        QUARANTINE_AFTER,
                        List.of());
        EngineRunner.Places places =
                new EngineRunner.Places(
                        history, HISTORY_BYTES, tuning.snapshotAfterBytes(), tuning.log());
        DefaultTaskScheduler scheduler =
                new DefaultTaskScheduler(
                        bus, new EngineRunner(agents, bus, journals, settings, places));
        scheduler.start();
        return new LocalScheduler(scheduler);
    }

    /** {@return the scheduler} */
    public TaskScheduler scheduler() {
        return scheduler;
    }

    /** Ends it; what runs goes on, and the log keeps what waits. */
    @Override
    public void close() {
        scheduler.stop();
    }
}
