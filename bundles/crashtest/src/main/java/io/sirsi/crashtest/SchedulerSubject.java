package io.sirsi.crashtest;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.scheduler.internal.LocalScheduler;
import io.sirsi.task.TaskScheduler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The scheduler of the product on the log of the product, with a log so small that snapshots are
 * taken and segments given back all the time.
 */
public final class SchedulerSubject implements Subject {

    /** The named points of log, scheduler and agents, in the order of a task's life. */
    static final List<String> POINTS =
            List.of(
                    "K1-appended-not-written",
                    "K2-written-not-forced",
                    "K3-forced-not-told",
                    "K4-acknowledged-not-dispatched",
                    "K5-start-recorded-not-handed-over",
                    "K6-before-effect",
                    "K7-effect-sent",
                    "K8-effect-replied",
                    "K9-end-recorded-not-released",
                    "K10-retry-scheduling",
                    "K11-children-release",
                    "K12-snapshot-written",
                    "K12-snapshot-forced",
                    "K12-snapshot-renamed",
                    "K12-snapshot-in-place");

    private static final long SNAPSHOT_AFTER_BYTES = 32 << 10;

    private static final JournalOptions LOG = new JournalOptions(1 << 20, 1 << 18, 1 << 18);

    private static final Duration CANCEL_GRACE = Duration.ofMillis(10);

    @Override
    public Open open(Path folder, AgentRuntime agents, EventBus bus) throws IOException {
        return open(LocalJournals.in(folder.resolve("journal")), folder, agents, bus);
    }

    /** Opens it with a log on a disk of the caller's choice. */
    static Open open(LocalJournals journals, Path folder, AgentRuntime agents, EventBus bus)
            throws IOException {
        LocalScheduler local =
                LocalScheduler.open(
                        folder.resolve("history"),
                        journals,
                        agents,
                        bus,
                        new LocalScheduler.Tuning(SNAPSHOT_AFTER_BYTES, LOG, CANCEL_GRACE));
        String trouble = local.scheduler().stats().trouble();
        if (!trouble.isEmpty()) {
            local.close();
            journals.close();
            throw new IOException(trouble, RefusedException.unavailable(trouble));
        }
        return new Open() {
            @Override
            public TaskScheduler scheduler() {
                return local.scheduler();
            }

            @Override
            public void close() {
                local.close();
                journals.close();
            }
        };
    }
}
