package io.sirsi.aws.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives out so many turns a second, and lets at most one second's worth be saved up. Thread-safe.
 */
final class TokenBucket {

    /** Waits. */
    @FunctionalInterface
    interface Sleeper {

        /** Sleeps. */
        Sleeper REAL = TimeUnit.NANOSECONDS::sleep;

        /**
         * Waits so many nanoseconds.
         *
         * @throws InterruptedException if interrupted
         */
        void sleep(long nanos) throws InterruptedException;
    }

    private final long interval;
    private final long saved;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private long next;

    TokenBucket(double perSecond, LongSupplier nanoTime, Sleeper sleeper) {
        this.interval = Math.round(TimeUnit.SECONDS.toNanos(1) / perSecond);
        this.saved = interval * (Math.max(1, Math.round(perSecond)) - 1);
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
        this.next = nanoTime.getAsLong() - saved;
    }

    /**
     * Takes a turn, waiting for it if need be.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    void take() throws InterruptedException {
        long wait = charge();
        if (wait > 0) {
            sleeper.sleep(wait);
        }
    }

    /**
     * Takes a turn without waiting: those who come later wait the longer.
     *
     * @return how many nanoseconds are left until the turn that was taken
     */
    synchronized long charge() {
        long now = nanoTime.getAsLong();
        if (now - next > saved) {
            next = now - saved;
        }
        long wait = Math.max(0, next - now);
        next += interval;
        return wait;
    }
}
