package io.sirsi.scheduler.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread "sirsi-scheduler-burst", which makes the turns of an engine while there are many, and
 * sleeps otherwise.
 */
final class BurstThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BurstThread.class);

    /** How long it waits for more without sleeping: about what it costs to wake it up. */
    private static final long IDLE_NANOS = TimeUnit.MICROSECONDS.toNanos(30);

    private static final long JOIN_MILLIS = 10_000;

    private final Thread thread;
    private final AtomicReference<@Nullable TaskEngine> calling = new AtomicReference<>();
    private volatile boolean stopped;

    BurstThread() {
        thread = new Thread(null, this::loop, "sirsi-scheduler-burst", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(BurstThread.class.getClassLoader());
    }

    void start() {
        thread.start();
    }

    /**
     * Calls it; any thread, does not block.
     *
     * @return false if another engine has called it, and somebody else has to make the turns
     */
    boolean call(TaskEngine engine) {
        if (!calling.compareAndSet(null, engine) && calling.get() != engine) {
            return false;
        }
        LockSupport.unpark(thread);
        return true;
    }

    private void loop() {
        while (!stopped) {
            TaskEngine engine = calling.getAndSet(null);
            if (engine == null) {
                LockSupport.park(this);
            } else {
                serve(engine);
            }
        }
    }

    private static void serve(TaskEngine engine) {
        try {
            engine.serve(IDLE_NANOS);
        } catch (RuntimeException | Error bug) {
            LOG.error("a turn of the scheduler failed; the next follows", bug);
        }
    }

    /** Ends it; an engine that has not been closed is served by its callers again. */
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
