package io.sirsi.scheduler.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Two clocks: a monotonic one by which everything is timed, and the wall clock, which is for people
 * and for what has to outlive the process.
 *
 * @param clock the wall clock
 * @param nanoTime the monotonic clock, in nanoseconds
 */
record MonotonicWall(Clock clock, LongSupplier nanoTime) {

    long now() {
        return nanoTime.getAsLong();
    }

    Instant instant() {
        return clock.instant();
    }

    /** {@return what the wall clock, as it goes now, makes of a reading of the monotonic one} */
    Instant wall(long nanos) {
        return clock.instant().plusNanos(nanos - nanoTime.getAsLong());
    }

    /** {@return the reading of the monotonic clock at which a time of the wall clock comes} */
    long nanos(Instant instant) {
        long now = nanoTime.getAsLong();
        java.time.Duration left = java.time.Duration.between(clock.instant(), instant);
        long most = Long.MAX_VALUE / 4;
        if (left.toSeconds() >= most / 1_000_000_000L) {
            return now + most;
        }
        return left.isNegative() ? now : now + left.toNanos();
    }
}
