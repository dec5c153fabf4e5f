package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalState;
import io.sirsi.journal.Journals;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TasksNotRecovered;
import io.sirsi.task.TasksRecovered;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an engine: opens its log and its history, does what is due on the thread "sirsi-scheduler",
 * takes snapshots, and opens everything anew when the log failed, since after an error of the disk
 * only what is read back counts.
 */
final class EngineRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineRunner.class);

    /** The name of its log. */
    static final String LOG_NAME = "scheduler";

    /** How long the thread rests after a turn that failed, so that it does not spin. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How long it waits before it opens a log that failed once more. */
    private static final long REOPEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long the end waits for a turn that is being made. */
    private static final long JOIN_MILLIS = 10_000;

    /** How often too old history is dropped. */
    private static final long EXPIRE_NANOS = TimeUnit.MINUTES.toNanos(10);

    /**
     * Where things are, and how large they may be.
     *
     * @param history the folder of ended tasks
     * @param historyBytes what these may take
     * @param snapshotAfterBytes after how much log a snapshot is taken
     * @param log the sizes of the log
     */
    record Places(Path history, long historyBytes, long snapshotAfterBytes, JournalOptions log) {

        /** A record may be as large as the largest payload in its largest encoding. */
        static final JournalOptions LOG = new JournalOptions(64 << 20, 16 << 20, 16 << 20);

        static Places of(DefaultTaskScheduler.Config config, Path history) {
            return new Places(
                    history,
                    megabytes("historyMegabytes", config.historyMegabytes(), 16, 1 << 20),
                    megabytes("snapshotMegabytes", config.snapshotMegabytes(), 1, 1 << 16),
                    LOG);
        }

        private static long megabytes(String key, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        "io.sirsi.scheduler: "
                                + key
                                + " must be "
                                + least
                                + " to "
                                + most
                                + ", not "
                                + value
                                + "; correct it in io.sirsi.scheduler.cfg");
            }
            return (long) value << 20;
        }
    }

    private final AgentRuntime agents;
    private final EventBus bus;
    private final Journals journals;
    private final SchedulerSettings settings;
    private final Places places;
    private final MonotonicWall times = new MonotonicWall(Clock.systemUTC(), System::nanoTime);
    private final Thread thread;
    private final BurstThread burst = new BurstThread();

    private final ReentrantLock sleepLock = new ReentrantLock();
    private final Condition woken = sleepLock.newCondition();
    private boolean awake;
    private boolean stopping;

    private volatile @Nullable Opened opened;
    private volatile @Nullable TasksRecovered recovery;
    private volatile String refusal = "the scheduler has not read its log yet; try again";

    /** All that an engine needs, for as long as its log is good. */
    private record Opened(
            TaskEngine engine, Journal journal, HistoryStore history, Snapshotter snapshotter) {}

    EngineRunner(
            AgentRuntime agents,
            EventBus bus,
            Journals journals,
            SchedulerSettings settings,
            Places places) {
        this.agents = agents;
        this.bus = bus;
        this.journals = journals;
        this.settings = settings;
        this.places = places;
        this.thread = new Thread(null, this::loop, "sirsi-scheduler", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(EngineRunner.class.getClassLoader());
    }

    /** Opens the log and begins to make turns. */
    void start() {
        tryToOpen();
        thread.start();
        burst.start();
    }

    /**
     * {@return the engine}
     *
     * @throws RefusedException UNAVAILABLE while there is none
     */
    TaskEngine engine() {
        Opened now = opened;
        if (now == null) {
            throw RefusedException.unavailable(refusal);
        }
        return now.engine();
    }

    SchedulerStats stats() {
        return opened == null
                ? new SchedulerStats(Map.of(), 0, 0, SchedulerStats.Times.NONE, refusal)
                : engine().stats();
    }

    /** {@return what was found when the log was read last} */
    Optional<TasksRecovered> recovery() {
        return Optional.ofNullable(recovery);
    }

    void agentsChanged() {
        Opened now = opened;
        if (now != null) {
            now.engine().agentsChanged();
        }
    }

    private void tryToOpen() {
        try {
            open();
        } catch (IOException | RuntimeException e) {
            refusal = "the scheduler cannot read its log: " + e.getMessage();
            LOG.error("{}", refusal, e);
            bus.publish(new TasksNotRecovered(refusal, times.instant()));
        }
    }

    private void open() throws IOException {
        long began = System.nanoTime();
        HistoryStore history =
                HistoryStore.open(
                        places.history(),
                        new HistoryStore.Settings(
                                settings.waits().historyKeep(), places.historyBytes(), 1 << 18),
                        times.clock());
        Journal journal = null;
        boolean whole = false;
        try {
            Matching matching =
                    new Matching(
                            new Ageing(settings.waits().agingInterval().toNanos()),
                            Limits.cautious(
                                    settings.limits(),
                                    wrong -> LOG.error("io.sirsi.scheduler.cfg: {}", wrong)));
            TaskReplay replay = new TaskReplay(matching);
            journal = journals.open(LOG_NAME, places.log(), replay);
            SecureRandom random = new SecureRandom();
            TaskEngine engine =
                    new TaskEngine(
                            agents,
                            bus,
                            new TaskEngine.Stores(
                                    new TaskLog(journal, replay.kinds()), history, matching),
                            settings,
                            new TaskEngine.World(
                                    times, random, new SecureIds(random), new SecureIds(random)),
                            this::wakeUp);
            engine.onBurst(
                    () -> {
                        if (!burst.call(engine)) {
                            wakeUp();
                        }
                    });
            journal.listen(new Listener(engine));
            TaskReplay.Summary summary = engine.resume(replay);
            opened =
                    new Opened(
                            engine,
                            journal,
                            history,
                            engine.snapshotter(places.snapshotAfterBytes()));
            whole = true;
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            LOG.info(
                    "{} live tasks after {} ms: {} still run, {} ran when the node went down",
                    summary.live(),
                    took.toMillis(),
                    summary.adopted(),
                    summary.crashed());
            TasksRecovered found =
                    new TasksRecovered(
                            summary.live(),
                            summary.adopted(),
                            summary.unknown(),
                            summary.tornBytes(),
                            took,
                            times.instant());
            recovery = found;
            bus.publish(found);
        } finally {
            if (!whole) {
                if (journal != null) {
                    journal.close();
                }
                history.close();
            }
        }
    }

    /** Hears of the log, on its thread. */
    private record Listener(TaskEngine engine) implements JournalListener {
        @Override
        public void written(long position) {
            engine.logMoved();
        }

        @Override
        public void forced(long position) {
            engine.logMoved();
        }

        @Override
        public void changed(JournalState state, String sentence) {
            engine.logChanged(state, sentence);
        }
    }

    // ---- the thread ----

    private void loop() {
        long nextExpiry = System.nanoTime() + EXPIRE_NANOS;
        boolean more = true;
        while (more) {
            long wait;
            Opened now = opened;
            try {
                wait = now == null ? reopen() : turn(now);
                if (now != null && System.nanoTime() - nextExpiry >= 0) {
                    nextExpiry = System.nanoTime() + EXPIRE_NANOS;
                    now.history().expire();
                }
            } catch (IOException e) {
                LOG.warn("old tasks cannot be dropped from the history: {}", e.getMessage());
                wait = REST_NANOS;
            } catch (RuntimeException | Error bug) {
                LOG.error("a turn of the scheduler failed; the next follows", bug);
                wait = REST_NANOS;
            }
            more = sleep(wait);
        }
    }

    private long turn(Opened now) {
        Optional<String> lost = now.engine().lost();
        if (lost.isPresent()) {
            refusal = "the task log failed and is read anew: " + lost.get();
            LOG.error("{}", refusal);
            opened = null;
            close(now);
            return REOPEN_NANOS;
        }
        long wait = now.engine().runDue();
        now.snapshotter().takeIfDue();
        return wait;
    }

    private long reopen() {
        tryToOpen();
        return opened == null ? REOPEN_NANOS : 0;
    }

    private static void close(Opened old) {
        try {
            old.engine().close();
        } catch (RuntimeException bug) {
            LOG.error("the scheduler did not end well", bug);
        } finally {
            old.journal().close();
            try {
                old.history().close();
            } catch (IOException e) {
                LOG.warn("the history of tasks did not close well: {}", e.getMessage());
            }
        }
    }

    /** {@return whether another turn follows} */
    private boolean sleep(long nanos) {
        sleepLock.lock();
        try {
            long left = nanos;
            while (!awake && !stopping && left > 0) {
                left = woken.awaitNanos(left);
            }
            awake = false;
            return !stopping;
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            sleepLock.unlock();
        }
    }

    private void wakeUp() {
        sleepLock.lock();
        try {
            awake = true;
            woken.signal();
        } finally {
            sleepLock.unlock();
        }
    }

    /** Ends the thread, then the engine; what runs goes on, and the log keeps what waits. */
    @Override
    public void close() {
        sleepLock.lock();
        try {
            stopping = true;
            woken.signalAll();
        } finally {
            sleepLock.unlock();
        }
        try {
            thread.join(JOIN_MILLIS);
            if (thread.isAlive()) {
                LOG.error("the turn of the scheduler that is being made does not end");
                thread.interrupt();
            }
        } catch (InterruptedException hurry) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        Opened last = opened;
        opened = null;
        refusal = "the scheduler is stopping; try again when it is back";
        if (last != null) {
            close(last);
        }
        burst.close();
    }
}
