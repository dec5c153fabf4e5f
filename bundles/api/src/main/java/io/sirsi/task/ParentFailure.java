package io.sirsi.task;

/** What becomes of a task when what it waits for does not end as it should. */
public enum ParentFailure {
    /** It is cancelled, and so is what needs it. */
    CANCEL,
    /** It is cancelled, but what waits for it goes on as if it had succeeded without output. */
    SKIP,
    /** It runs all the same. */
    RUN
}
