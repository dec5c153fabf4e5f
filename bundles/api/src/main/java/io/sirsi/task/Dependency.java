package io.sirsi.task;

/**
 * What a task waits for.
 *
 * @param task the task before it
 * @param condition how that one must end
 */
public record Dependency(TaskId task, Condition condition) {

    /** How the task before must end. */
    public enum Condition {
        /** With success; if it ends otherwise, the waiting task is cancelled. */
        SUCCESS,
        /** In any way. */
        ANY_END
    }
}
