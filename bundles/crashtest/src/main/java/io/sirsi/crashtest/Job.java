package io.sirsi.crashtest;

import java.util.List;

/**
 * A task as the driver wants it: a view of the line that goes to the victim and into the history.
 * Times are in milliseconds.
 *
 * @param line all of it
 */
record Job(Line line) {

    /** {@return the name that the driver gave it} */
    String ref() {
        return line.text("ref");
    }

    /** {@return the name of the graph that it is a part of; empty if of none} */
    String graph() {
        return line.text("graph");
    }

    /** {@return the idempotency key; empty for none} */
    String key() {
        return line.text("key");
    }

    /** {@return the names of those whose success it waits for} */
    List<String> parents() {
        String names = line.text("parents");
        return names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
    }

    /** {@return how often it is tried at most} */
    int attempts() {
        return (int) line.number("attempts");
    }

    /** {@return how many first attempts the agent fails before it does anything} */
    int fails() {
        return (int) line.number("fails");
    }

    boolean atMostOnce() {
        return line.flag("amo");
    }

    /** {@return whether its first attempt gives no sign of life and speaks up later} */
    boolean zombie() {
        return line.flag("zombie");
    }

    /** {@return whether the driver calls it off as soon as it is acknowledged} */
    boolean cancelled() {
        return line.flag("cancel");
    }

    long delayMs() {
        return line.number("delay");
    }

    long retryMs() {
        return line.number("retry");
    }

    long timeoutMs() {
        return line.number("timeout");
    }

    /** {@return how many characters its input has beside what the agent needs} */
    int padding() {
        return (int) line.number("pad");
    }

    /** {@return the longest time without a sign of life; 0 for none} */
    long heartbeatMs() {
        return line.number("heartbeat");
    }

    String priority() {
        return line.text("priority");
    }
}
