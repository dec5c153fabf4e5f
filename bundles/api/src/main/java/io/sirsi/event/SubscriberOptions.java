package io.sirsi.event;

/**
 * How a subscriber wants its events.
 *
 * @param name says who it is in statistics, thread names and dead letters
 * @param delivery on the publisher's thread, or on its own
 * @param capacity how many events may wait for an asynchronous subscriber, 1 to 1,048,576; ignored
 *     for a synchronous one
 * @param overflow what happens to an event that finds the queue full
 */
public record SubscriberOptions(String name, Delivery delivery, int capacity, Overflow overflow) {

    /** Where the handler runs. */
    public enum Delivery {
        /**
         * On the publisher's thread, before publish returns: for a record that must not be missed.
         */
        SYNC,
        /** On the subscriber's own thread. */
        ASYNC
    }

    /**
     * What happens to an event that finds the queue full; the loser always becomes a dead letter
     * and is counted.
     */
    public enum Overflow {
        /** The oldest waiting event gives way. */
        DROP_OLDEST,
        /** The new event is not queued. */
        DROP_NEWEST
    }

    public SubscriberOptions {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a subscriber has a name");
        }
        if (capacity < 1 || capacity > 1 << 20) {
            throw new IllegalArgumentException("capacity must be 1 to 1048576: " + capacity);
        }
    }

    /** {@return options for a subscriber that runs on the publisher's thread} */
    public static SubscriberOptions sync(String name) {
        return new SubscriberOptions(name, Delivery.SYNC, 1, Overflow.DROP_NEWEST);
    }

    /**
     * {@return options for a subscriber with a thread and a queue of its own that drops the oldest
     * when full}
     */
    public static SubscriberOptions async(String name, int capacity) {
        return new SubscriberOptions(name, Delivery.ASYNC, capacity, Overflow.DROP_OLDEST);
    }
}
