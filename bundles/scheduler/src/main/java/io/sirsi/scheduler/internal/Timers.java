package io.sirsi.scheduler.internal;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Things to be done at a time, in order of that time; times are readings of a monotonic clock.
 * Arming and cancelling cost the logarithm of their number, and a cancelled one leaves nothing
 * behind. Not thread-safe.
 */
final class Timers {

    /** One thing to be done. */
    static final class Timer implements Comparable<Timer> {
        private final long at;
        private final long number;
        private final Runnable action;

        private Timer(long at, long number, Runnable action) {
            this.at = at;
            this.number = number;
            this.action = action;
        }

        /** {@return when, as a reading of the clock} */
        long at() {
            return at;
        }

        @Override
        public int compareTo(Timer other) {
            long apart = at - other.at; // readings may wrap around; their difference does not
            return apart != 0 ? Long.signum(apart) : Long.compare(number, other.number);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }

    private final TreeSet<Timer> waiting = new TreeSet<>();
    private long lastNumber;

    /** {@return the armed timer, to cancel it by} */
    Timer arm(long at, Runnable action) {
        Timer timer = new Timer(at, ++lastNumber, action);
        waiting.add(timer);
        return timer;
    }

    /** Disarms a timer; does nothing if it has fired. */
    void cancel(@Nullable Timer timer) {
        if (timer != null) {
            waiting.remove(timer);
        }
    }

    /** Does what is due, never what is not. */
    void fire(long now) {
        while (!waiting.isEmpty() && waiting.first().at - now <= 0) {
            Timer due = waiting.pollFirst();
            if (due != null) {
                due.action.run();
            }
        }
    }

    /** {@return how long until the next is due, at least 0; the given time if there is none} */
    long untilNext(long now, long none) {
        return waiting.isEmpty() ? none : Math.max(0, Math.min(none, waiting.first().at - now));
    }

    int size() {
        return waiting.size();
    }
}
