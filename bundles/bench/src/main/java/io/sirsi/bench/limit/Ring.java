package io.sirsi.bench.limit;

import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The least that can carry a task from one thread to another: a ring with one producer and one
 * consumer, which knows no priorities, no timeouts and no agents.
 */
public final class Ring implements TaskContender {

    private static final int SIZE = 1 << 14;
    private static final int SPINS = 1_000;

    private final Tally tally = new Tally();
    private final AtomicReferenceArray<@Nullable Runnable> slots = new AtomicReferenceArray<>(SIZE);
    private volatile boolean stopped;
    private @Nullable Thread consumer;
    private long tail;

    @Override
    public String id() {
        return "raw-ring";
    }

    @Override
    public String durability() {
        return "none; the physical limit: one producer, one consumer, no features";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::consume, "bench-ring");
        thread.setDaemon(true);
        consumer = thread;
        thread.start();
    }

    @Override
    public void submit(int priority, int place) {
        Runnable task =
                () -> {
                    tally.run(place);
                    tally.complete();
                };
        int slot = (int) tail++ & SIZE - 1;
        int spins = 0;
        while (slots.getAcquire(slot) != null) {
            rest(spins++);
        }
        slots.setRelease(slot, task);
    }

    private void consume() {
        long head = 0;
        int spins = 0;
        while (!stopped) {
            int slot = (int) head & SIZE - 1;
            Runnable task = slots.getAcquire(slot);
            if (task == null) {
                rest(spins++);
                continue;
            }
            spins = 0;
            slots.setRelease(slot, null);
            head++;
            task.run();
        }
    }

    /** Spinning alone collapses where two threads share a core. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing is right or wrong by it, only faster
    private static void rest(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    @Override
    public void close() {
        stopped = true;
        Thread thread = consumer;
        if (thread != null) {
            joining(thread);
        }
        consumer = null;
    }

    private static void joining(Thread thread) {
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
