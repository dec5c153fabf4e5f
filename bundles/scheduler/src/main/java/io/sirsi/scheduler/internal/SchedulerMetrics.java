package io.sirsi.scheduler.internal;

import io.sirsi.task.SchedulerStats;
import java.time.Duration;

/**
 * Counts how long tasks waited and ran, in steps that grow with the value so that each is right to
 * an eighth: one addition for each, and no object. Guarded by the engine's baton.
 */
final class SchedulerMetrics {

    private static final int STEPS = 8;
    private static final int SHIFT = 3;

    private final long[] waits = new long[64 * STEPS];
    private final long[] runs = new long[64 * STEPS];

    void waited(long nanos) {
        waits[step(nanos)]++;
    }

    void ran(long nanos) {
        runs[step(nanos)]++;
    }

    SchedulerStats.Times times() {
        return new SchedulerStats.Times(
                quantile(waits, 0.5),
                quantile(waits, 0.99),
                quantile(runs, 0.5),
                quantile(runs, 0.99));
    }

    private static int step(long nanos) {
        if (nanos < STEPS) {
            return (int) Math.max(0, nanos);
        }
        int magnitude = 63 - Long.numberOfLeadingZeros(nanos);
        return (magnitude - SHIFT + 1) * STEPS
                + (int) ((nanos >>> (magnitude - SHIFT)) & (STEPS - 1));
    }

    private static long top(int step) {
        if (step < STEPS) {
            return step;
        }
        int magnitude = step / STEPS + SHIFT - 1;
        long base = 1L << magnitude;
        return base + ((step % STEPS) + 1) * (base >>> SHIFT) - 1;
    }

    /** {@return what the given part was at most; zero if nothing was counted} */
    private static Duration quantile(long[] counts, double part) {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        long wanted = (long) Math.ceil(all * part);
        long seen = 0;
        for (int step = 0; step < counts.length; step++) {
            seen += counts[step];
            if (seen >= wanted && seen > 0) {
                return Duration.ofNanos(top(step));
            }
        }
        return Duration.ZERO;
    }
}
