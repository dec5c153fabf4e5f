package io.sirsi.scheduler.internal;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How many retries one dependency may get: a share of what is newly tried there, so that a dead one
 * is not buried under retries, and a few more, so that one that is seldom used gets any. Counted in
 * a window that slides over the last minute in ten steps. Times are readings of a monotonic clock,
 * in nanoseconds. Not thread-safe.
 *
 * <p>After the retry budgets of Finagle ({@code com.twitter.finagle.service.RetryBudget}); the
 * Amazon Builders' Library, "Timeouts, retries, and backoff with jitter", tells why retries are
 * limited in one place and as a share of the load.
 */
final class RetryBudget {

    /** How long the window is. */
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int SLICES = 10;
    private static final long SLICE_NANOS = WINDOW_NANOS / SLICES;

    private final int percent;
    private final int least;
    private final int[] attempts = new int[SLICES];
    private final int[] retries = new int[SLICES];
    private long allAttempts;
    private long allRetries;
    private int current;
    private long since;

    /**
     * Starts with nothing tried.
     *
     * @param percent how many retries there may be for a hundred first attempts, 0 to 100
     * @param least how many there may be in any case in a window, 0 or more
     * @param nowNanos the clock's reading
     */
    RetryBudget(int percent, int least, long nowNanos) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("a share of retries is 0 to 100 %: " + percent);
        }
        if (least < 0) {
            throw new IllegalArgumentException("a number of retries is 0 or more: " + least);
        }
        this.percent = percent;
        this.least = least;
        this.since = nowNanos;
    }

    /** Counts a task's first attempt; its retries are counted by {@link #tryRetry}. */
    void attempted(long nowNanos) {
        slide(nowNanos);
        attempts[current]++;
        allAttempts++;
    }

    /**
     * Takes one retry from the budget.
     *
     * @return whether there was one
     */
    boolean tryRetry(long nowNanos) {
        slide(nowNanos);
        if (!allows(allAttempts, allRetries)) {
            return false;
        }
        retries[current]++;
        allRetries++;
        return true;
    }

    /**
     * {@return when there is a retry even if nothing new is tried until then, now if there is one;
     * {@link Long#MAX_VALUE} if only new attempts can bring one}
     */
    long freeAt(long nowNanos) {
        slide(nowNanos);
        long tried = allAttempts;
        long retried = allRetries;
        if (allows(tried, retried)) {
            return nowNanos;
        }
        for (int gone = 1; gone <= SLICES; gone++) {
            int oldest = (current + gone) % SLICES;
            tried -= attempts[oldest];
            retried -= retries[oldest];
            if (allows(tried, retried)) {
                return since + gone * SLICE_NANOS;
            }
        }
        return Long.MAX_VALUE;
    }

    /** {@return whether nothing has been tried in this window: like a new one} */
    boolean idle(long nowNanos) {
        slide(nowNanos);
        return allAttempts == 0 && allRetries == 0;
    }

    private boolean allows(long tried, long retried) {
        return (retried + 1 - least) * 100 <= tried * percent;
    }

    private void slide(long nowNanos) {
        long steps = (nowNanos - since) / SLICE_NANOS;
        if (steps <= 0) {
            return;
        }
        since += steps * SLICE_NANOS;
        if (steps >= SLICES) {
            Arrays.fill(attempts, 0);
            Arrays.fill(retries, 0);
            allAttempts = 0;
            allRetries = 0;
            return;
        }
        for (long i = 0; i < steps; i++) {
            current = (current + 1) % SLICES;
            allAttempts -= attempts[current];
            allRetries -= retries[current];
            attempts[current] = 0;
            retries[current] = 0;
        }
    }
}
