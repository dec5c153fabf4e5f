package io.sirsi.scheduler.internal;

import java.time.Clock;
import java.time.Duration;
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

    /**
     * {@return the reading of the monotonic clock at which a time of the wall clock comes or came}
     */
    long nanos(Instant instant) {
        long now = nanoTime.getAsLong();
        return now + signed(Duration.between(clock.instant(), instant));
    }

    /** {@return a length of time in nanoseconds: none if negative, and at most about 73 years} */
    static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        long most = Long.MAX_VALUE / 4;
        return duration.toSeconds() >= most / 1_000_000_000L ? most : duration.toNanos();
    }

    /** {@return a length of time in nanoseconds, at most about 73 years to either side} */
    static long signed(Duration duration) {
        return duration.isNegative() ? -nanos(duration.negated()) : nanos(duration);
    }
}
