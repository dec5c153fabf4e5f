package io.sirsi.scheduler.internal;

/** Where a live task is, for the engine; for people it is a {@link io.sirsi.task.TaskState}. */
enum Phase {
    /** It is on its way to the disk. */
    COMING(0),
    /** It waits for others or for its time. */
    BLOCKED(1),
    /** It is in line. */
    READY(2),
    /** It has left the line and an agent has it, or is about to. */
    RUNNING(3),
    /** It waits for its next attempt. */
    RETRY_WAIT(4),
    /** It has ended. */
    ENDED(5);

    private static final Phase[] BY_CODE = {COMING, BLOCKED, READY, RUNNING, RETRY_WAIT, ENDED};

    /** Its number in the log, which never changes. */
    final int code;

    Phase(int code) {
        this.code = code;
    }

    static Phase of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new CorruptRecordException("a phase " + code);
        }
        return BY_CODE[code];
    }
}
