package io.sirsi.scheduler.internal;

import io.sirsi.event.Event;

/**
 * A place in the line of facts to be published. What it says may be replaced by something newer of
 * the same kind for as long as it waits, so that a task that speaks in a loop takes one place.
 * Guarded by the scheduler's lock.
 */
final class Announcement {

    private Event event;
    private boolean taken;

    Announcement(Event event) {
        this.event = event;
    }

    /** {@return whether the newer event took the place of the older one} */
    boolean replace(Event newer) {
        if (taken) {
            return false;
        }
        event = newer;
        return true;
    }

    /** {@return what it says, now for good} */
    Event take() {
        taken = true;
        return event;
    }
}
