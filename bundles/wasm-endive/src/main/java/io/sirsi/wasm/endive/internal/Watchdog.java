package io.sirsi.wasm.endive.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Interrupts those whose time is up: one thread that looks at all running calls each millisecond,
 * and sleeps when there are none. A deadline counts from when a call was first seen, so that no
 * caller has to ask for the time: never early, and about two milliseconds late.
 */
final class Watchdog implements AutoCloseable {

    private static final long TICK_NANOS = 1_000_000;
    private static final long SLEEP_NANOS = 1_000_000_000;
    private static final long STOP_MILLIS = 5_000;

    private final Queue<CallSlot> arrivals = new ConcurrentLinkedQueue<>();
    private final List<CallSlot> watched = new ArrayList<>();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean stopped;

    Watchdog(String threadName) {
        thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** {@return whether it looks at the slot from now on; not once it was stopped} */
    boolean add(CallSlot slot) {
        arrivals.add(slot);
        if (asleep) {
            LockSupport.unpark(thread);
        }
        return !stopped;
    }

    /**
     * Looks at all of them, once.
     *
     * @return whether any must be looked at again
     */
    boolean scan(long now) {
        boolean last = stopped;
        for (CallSlot slot = arrivals.poll(); slot != null; slot = arrivals.poll()) {
            watched.add(slot);
        }
        watched.removeIf(slot -> !slot.watch(now, last));
        return !watched.isEmpty();
    }

    /** Ends all calls that run, and takes no more. Waits for them for at most five seconds. */
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            boolean last = stopped;
            if (scan(System.nanoTime())) {
                LockSupport.parkNanos(this, TICK_NANOS);
                continue;
            }
            if (last) {
                return;
            }
            asleep = true;
            if (arrivals.isEmpty()) {
                LockSupport.parkNanos(this, SLEEP_NANOS);
            }
            asleep = false;
        }
    }
}
