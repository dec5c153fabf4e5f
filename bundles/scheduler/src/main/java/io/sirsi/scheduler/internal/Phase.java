package io.sirsi.scheduler.internal;

/** Where a live task is, for the engine; for people it is a {@link io.sirsi.task.TaskState}. */
enum Phase {
    /** It is on its way to the disk. */
    COMING,
    /** It waits for others or for its time. */
    BLOCKED,
    /** It is in line. */
    READY,
    /** It has left the line and an agent has it, or is about to. */
    RUNNING,
    /** It waits for its next attempt. */
    RETRY_WAIT,
    /** It has ended. */
    ENDED
}
