package io.sirsi.scheduler.internal;

import io.sirsi.task.TaskState;
import java.util.Locale;
import java.util.Set;

/** The life of a task as a table: which state may follow which. */
enum TaskPhase {
    /** It waits for other tasks. */
    BLOCKED("Ready", "Cancelled", "Failed"),
    /** It waits for an agent. */
    READY("Running", "Cancelled", "Failed", "TimedOut"),
    /** An agent runs it. */
    RUNNING("RetryWait", "Succeeded", "Failed", "Cancelled", "TimedOut"),
    /** It waits for its next attempt. */
    RETRYWAIT("Ready", "Cancelled", "Failed"),
    /** It reached its aim. */
    SUCCEEDED,
    /** It did not. */
    FAILED,
    /** It was called off. */
    CANCELLED,
    /** It waited, or ran, too long. */
    TIMEDOUT;

    private final Set<String> next;

    TaskPhase(String... next) {
        this.next = Set.of(next);
    }

    /** {@return the names of the states that may follow} */
    Set<String> next() {
        return next;
    }

    /**
     * {@return the place of a state in this table}
     *
     * @throws IllegalArgumentException for a state that this scheduler never enters
     */
    static TaskPhase of(TaskState state) {
        return valueOf(state.name().toUpperCase(Locale.ROOT));
    }

    /**
     * Checks a step.
     *
     * @throws IllegalStateException where the table has no such step
     */
    static void check(TaskState from, TaskState to) {
        if (!of(from).next.contains(to.name())) {
            throw new IllegalStateException(
                    "a task cannot go from " + from.name() + " to " + to.name());
        }
    }
}
