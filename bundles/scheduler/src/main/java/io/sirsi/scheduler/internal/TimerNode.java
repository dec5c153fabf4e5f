package io.sirsi.scheduler.internal;

/**
 * Something with a time, as {@link TimerWheel} links it into itself. What has a timer extends this:
 * a timer costs 16 bytes and no object of its own. Belongs to one wheel at most; only the wheel
 * writes these fields. Not thread-safe.
 */
abstract class TimerNode {

    // In a ring with its neighbours, or with itself while it is not armed: never null, no branches.
    TimerNode nextTimer = this;
    TimerNode previousTimer = this;

    /** When it is due, as a reading of the monotonic clock; stays when it has fired. */
    long timerDeadline;

    /** {@return whether it waits to be fired} */
    final boolean armed() {
        return nextTimer != this;
    }
}
