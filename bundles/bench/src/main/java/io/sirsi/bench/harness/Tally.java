package io.sirsi.bench.harness;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a contender do: they count, and while somebody wants to know, note when they
 * began. Thread-safe.
 */
public final class Tally {

    /** A place that nobody notes. */
    public static final int UNTIMED = -1;

    private final LongAdder ran = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private volatile @Nullable Latencies latencies;

    /**
     * Begins to note when tasks begin.
     *
     * @param latencies where to
     */
    public void time(Latencies latencies) {
        this.latencies = latencies;
    }

    /** Ends it. */
    public void timeNothing() {
        latencies = null;
    }

    /**
     * The body of a task.
     *
     * @param place which it is, or {@link #UNTIMED}
     */
    public void run(int place) {
        if (place != UNTIMED) {
            Latencies noting = latencies;
            if (noting != null) {
                noting.began(place, System.nanoTime());
            }
        }
        ran.increment();
    }

    /** A contender knows that a task has ended, with all that belongs to that. */
    public void complete() {
        completed.increment();
    }

    /** A contender knows that several have. */
    public void complete(int tasks) {
        completed.add(tasks);
    }

    /** {@return how many bodies ran} */
    public long ran() {
        return ran.sum();
    }

    /** {@return how many ended} */
    public long completed() {
        return completed.sum();
    }

    /**
     * Waits for tasks to end.
     *
     * @param goal what {@link #completed} is to reach
     * @param atMost how long it may take without any progress
     * @throws IllegalStateException if nothing has ended for so long, or more ended than ever were
     * @throws InterruptedException if interrupted
     */
    public void await(long goal, Duration atMost) throws InterruptedException {
        long seen = completed();
        long since = System.nanoTime();
        while (seen < goal) {
            LockSupport.parkNanos(20_000);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long now = completed();
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > atMost.toNanos()) {
                throw new IllegalStateException(
                        "only " + seen + " of " + goal + " tasks ended, and none for " + atMost);
            }
        }
        if (seen > goal) {
            throw new IllegalStateException(
                    seen + " tasks ended, but only " + goal + " were submitted");
        }
    }
}
