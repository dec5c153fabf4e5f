package io.sirsi.wasm.wasmtime.internal;

import java.util.concurrent.locks.LockSupport;

/**
 * Moves the engine's clock, the epoch, by which running guests notice that their time is up. The
 * real time decides how far it moves, so that a thread that was late makes up for it. It rests
 * while no guest runs.
 */
final class Ticker {

    private static final long REST_MILLIS = 5_000;
    private static final int BURST = 1_000;

    private final Runnable tick;
    private final long tickNanos;
    private final Thread thread;
    private final Object lock = new Object();

    /* All guarded by the lock. */
    private long origin;
    private long ticks;
    private int running;
    private boolean stopping;
    private long stopAt;

    /**
     * Makes one that does not run yet.
     *
     * @param tick moves the epoch by one, on a handle of its own
     * @param tickMs how often, in ms
     * @param threadName what its thread is called
     */
    Ticker(Runnable tick, int tickMs, String threadName) {
        this.tick = tick;
        this.tickNanos = tickMs * 1_000_000L;
        this.thread = new Thread(this::run, threadName);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * A guest is about to run.
     *
     * @param nanos how long it may, in ns, positive
     * @return by how many ticks the epoch will have moved when that is over: never less
     */
    long enter(long nanos) {
        synchronized (lock) {
            long now = System.nanoTime();
            if (running++ == 0) {
                origin = now - ticks * tickNanos;
                lock.notifyAll();
            }
            return Math.max(1, (now - origin + nanos) / tickNanos + 1 - ticks);
        }
    }

    /** A guest has ended. */
    void leave() {
        synchronized (lock) {
            running--;
            lock.notifyAll();
        }
    }

    /**
     * Lets the time of all guests be up, and ends when they have ended.
     *
     * @param waitMillis how long that may take, in ms
     * @return whether it has ended
     */
    boolean close(long waitMillis) {
        synchronized (lock) {
            stopping = true;
            stopAt = System.nanoTime() + waitMillis * 1_000_000;
            lock.notifyAll();
        }
        LockSupport.unpark(thread);
        try {
            thread.join(2 * waitMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        while (turn()) {
            LockSupport.parkNanos(this, tickNanos);
        }
    }

    /** {@return whether there will be another turn} */
    private boolean turn() {
        synchronized (lock) {
            while (running == 0 && !stopping) {
                try {
                    lock.wait(REST_MILLIS);
                } catch (InterruptedException e) {
                    Thread.interrupted(); // nobody has a reason to
                }
            }
            if (stopping) {
                tick(BURST);
                return running > 0 && System.nanoTime() - stopAt < 0;
            }
            tick((System.nanoTime() - origin) / tickNanos - ticks);
            return true;
        }
    }

    private void tick(long count) {
        for (long i = 0; i < count; i++) {
            tick.run();
            ticks++;
        }
    }
}
