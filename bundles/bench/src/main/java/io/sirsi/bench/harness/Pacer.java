package io.sirsi.bench.harness;

import java.util.concurrent.locks.LockSupport;

/**
 * Does something at a fixed rate, on the calling thread. Sleeps until shortly before each moment
 * and spins for the rest; never skips a moment, so that what is late is made up for at once.
 */
public final class Pacer {

    private static final long SPIN_NANOS = 80_000;

    private final long intervalNanos;

    /**
     * Makes one.
     *
     * @param perSecond the rate
     */
    public Pacer(int perSecond) {
        this.intervalNanos = 1_000_000_000L / perSecond;
    }

    /** What is done at each moment. */
    @FunctionalInterface
    public interface Beat {

        /**
         * Does it.
         *
         * @param place which moment, from 0
         * @param meant when it was meant to be, by {@link System#nanoTime}
         * @throws Exception where it fails
         */
        void at(int place, long meant) throws Exception;
    }

    /**
     * The part of the moments that one of several threads takes.
     *
     * @param first the first place of its own
     * @param step from each place of its own to the next
     * @param count how many places there are for all threads
     */
    public record Share(int first, int step, int count) {}

    /**
     * Runs; blocks until the last moment is over.
     *
     * @param start when place 0 is meant to be, by {@link System#nanoTime}
     * @param share which moments
     * @param beat what is done
     * @throws Exception what the beat throws
     */
    public void run(long start, Share share, Beat beat) throws Exception {
        for (int place = share.first(); place < share.count(); place += share.step()) {
            long meant = start + place * intervalNanos;
            long left = meant - System.nanoTime();
            while (left > 0) {
                if (left > SPIN_NANOS) {
                    LockSupport.parkNanos(left - SPIN_NANOS);
                } else {
                    Thread.onSpinWait();
                }
                left = meant - System.nanoTime();
            }
            beat.at(place, meant);
        }
    }
}
