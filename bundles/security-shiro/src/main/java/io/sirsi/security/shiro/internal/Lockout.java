package io.sirsi.security.shiro.internal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows down guessing: after a number of failures a name has to wait, and twice as long after each
 * further one. Held in memory, for a bounded number of names; beyond it, the name whose last
 * failure is oldest is forgotten. Thread-safe.
 */
final class Lockout {

    private final int maxFailures;
    private final long firstNanos;
    private final long longestNanos;
    private final LongSupplier nanoTime;
    private final int capacity;
    private final Map<String, Failures> byName = new LinkedHashMap<>();

    private record Failures(int count, long last, long lockedNanos) {}

    /**
     * @param maxFailures how many failures lock, 1 or more
     * @param first the first wait, positive
     * @param longest the longest wait; a name that was quiet for so long after its wait is
     *     forgotten
     * @param capacity how many names are remembered, 1 or more
     * @param nanoTime a clock that nobody sets
     */
    Lockout(
            int maxFailures,
            Duration first,
            Duration longest,
            int capacity,
            LongSupplier nanoTime) {
        if (maxFailures < 1 || first.isNegative() || first.isZero() || capacity < 1) {
            throw new IllegalArgumentException(
                    "a lockout needs maxFailures, lockSeconds and capacity of 1 or more: "
                            + maxFailures
                            + ", "
                            + first
                            + ", "
                            + capacity);
        }
        this.maxFailures = maxFailures;
        this.firstNanos = first.toNanos();
        this.longestNanos = Math.max(longest.toNanos(), firstNanos);
        this.capacity = capacity;
        this.nanoTime = nanoTime;
    }

    /** {@return whether the name has to wait now} */
    synchronized boolean isLocked(String name) {
        Failures failures = byName.get(name);
        return failures != null && nanoTime.getAsLong() - failures.last < failures.lockedNanos;
    }

    /**
     * Notes a failure.
     *
     * @param name whose
     * @return how long it has to wait now; zero if it need not
     */
    synchronized Duration failed(String name) {
        long now = nanoTime.getAsLong();
        @Nullable Failures before = byName.remove(name);
        boolean forgotten =
                before == null || now - before.last >= before.lockedNanos + longestNanos;
        int count = before == null || forgotten ? 1 : Math.min(before.count + 1, 1_000);
        long wait = wait(count);
        byName.put(name, new Failures(count, now, wait));
        if (byName.size() > capacity) {
            byName.remove(byName.keySet().iterator().next());
        }
        return Duration.ofNanos(wait);
    }

    private long wait(int count) {
        if (count < maxFailures) {
            return 0;
        }
        int doublings = Math.min(count - maxFailures, 40);
        long most = longestNanos >> doublings;
        return firstNanos >= most ? longestNanos : firstNanos << doublings;
    }

    /** Notes a success: the name's failures are forgotten. */
    synchronized void succeeded(String name) {
        byName.remove(name);
    }

    /** {@return how many names are remembered} */
    synchronized int size() {
        return byName.size();
    }
}
