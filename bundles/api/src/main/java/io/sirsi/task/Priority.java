package io.sirsi.task;

/** How urgent a task is; waiting tasks rise with time, so that none starves. */
public enum Priority {
    /** Whenever there is nothing else. */
    LOW,
    /** The usual. */
    NORMAL,
    /** Before the usual. */
    HIGH,
    /** Something suffers while this waits. */
    CRITICAL,
    /** Before everything. */
    EMERGENCY
}
