package io.sirsi.task;

import java.time.Duration;

/**
 * When a failed attempt is tried again: after a delay that grows from the first to the longest as
 * its {@link Backoff} says; never sooner than the other side asked for. Only failures whose code is
 * retryable are tried again.
 *
 * @param attempts how many in all, the first included, 1 to 100
 * @param firstDelay the longest wait after the first attempt
 * @param maxDelay the longest wait at all, at most 31 days
 * @param backoff how the delay grows
 */
public record RetryPolicy(int attempts, Duration firstDelay, Duration maxDelay, Backoff backoff) {

    /** How the delay grows. */
    public enum Backoff {
        /** It stays the first delay. */
        FIXED,
        /** It doubles. */
        EXPONENTIAL,
        /**
         * It doubles, and a random part between zero and the whole is taken (full jitter, as in <a
         * href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
         * Backoff And Jitter</a>).
         */
        FULL_JITTER
    }

    /** One attempt. */
    public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

    /** Three attempts, waits of up to half a second and up to one second. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(30));

    /** Full jitter, the one to take unless there is a reason. */
    public RetryPolicy(int attempts, Duration firstDelay, Duration maxDelay) {
        this(attempts, firstDelay, maxDelay, Backoff.FULL_JITTER);
    }

    public RetryPolicy {
        if (attempts < 1 || attempts > 100) {
            throw new IllegalArgumentException("attempts must be 1 to 100: " + attempts);
        }
        if (firstDelay.isNegative() || maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "delays must not be negative or shrink: " + firstDelay + ", " + maxDelay);
        }
        if (maxDelay.compareTo(Duration.ofDays(31)) > 0) {
            throw new IllegalArgumentException(
                    "the longest delay must be at most 31 days: " + maxDelay);
        }
    }

    /**
     * Computes the longest wait after an attempt, before jitter.
     *
     * @param attempt the attempt that failed, from 1
     * @return the delay
     */
    public Duration ceilingAfter(int attempt) {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts count from 1: " + attempt);
        }
        if (backoff == Backoff.FIXED) {
            return firstDelay;
        }
        int doublings = Math.min(attempt - 1, 40);
        long nanos = firstDelay.toNanos();
        long max = maxDelay.toNanos();
        return nanos > max >> doublings ? maxDelay : Duration.ofNanos(nanos << doublings);
    }
}
