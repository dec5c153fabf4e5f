package io.sirsi.hypervisor.internal;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One named thread that does one turn of work again and again, and at once when it is nudged. */
final class OwnedTimer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OwnedTimer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Runnable turn;
    private final ScheduledExecutorService executor;
    private final Future<?> turns;
    private final AtomicBoolean nudged = new AtomicBoolean();

    OwnedTimer(String name, Duration every, Runnable turn) {
        this.name = name;
        this.turn = turn;
        ScheduledThreadPoolExecutor one =
                new ScheduledThreadPoolExecutor(
                        1,
                        work -> {
                            Thread thread = new Thread(work, name);
                            thread.setDaemon(true);
                            return thread;
                        });
        one.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        one.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        this.executor = one;
        this.turns =
                one.scheduleWithFixedDelay(
                        this::once, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Has one more turn done soon. Never blocks. */
    void nudge() {
        if (nudged.compareAndSet(false, true)) {
            try {
                executor.execute(this::once);
            } catch (RejectedExecutionException e) {
                log.debug("{} has stopped", name);
            }
        }
    }

    /** Lets the present turn end, for at most ten seconds; then interrupts it. */
    @Override
    public void close() {
        turns.cancel(false);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void once() {
        nudged.set(false);
        try {
            turn.run();
        } catch (RuntimeException | LinkageError e) {
            log.error("{} failed; it goes on with its next turn", name, e);
        }
    }
}
