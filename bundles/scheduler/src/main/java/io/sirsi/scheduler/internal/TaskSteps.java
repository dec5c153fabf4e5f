package io.sirsi.scheduler.internal;

import io.sirsi.task.TaskState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The life of a task as a table: which state may follow which, by name. */
final class TaskSteps {

    private static final Map<String, List<String>> NEXT = new LinkedHashMap<>();

    static {
        NEXT.put("Blocked", List.of("Ready", "Cancelled", "Failed"));
        NEXT.put("Ready", List.of("Running", "Cancelled", "Failed", "TimedOut"));
        NEXT.put("Running", List.of("RetryWait", "Succeeded", "Failed", "Cancelled", "TimedOut"));
        NEXT.put("RetryWait", List.of("Ready", "Cancelled", "Failed"));
        NEXT.put("Succeeded", List.of());
        NEXT.put("Failed", List.of());
        NEXT.put("Cancelled", List.of());
        NEXT.put("TimedOut", List.of());
    }

    private TaskSteps() {}

    /** {@return the states that this scheduler uses, in the order of a life} */
    static List<String> states() {
        return List.copyOf(NEXT.keySet());
    }

    /** {@return the names of the states that may follow} */
    static List<String> after(String state) {
        return NEXT.getOrDefault(state, List.of());
    }

    /**
     * Checks a step.
     *
     * @throws IllegalStateException where the table has no such step
     */
    static void check(TaskState from, TaskState to) {
        if (!after(from.name()).contains(to.name())) {
            throw new IllegalStateException(
                    "a task cannot go from " + from.name() + " to " + to.name());
        }
    }
}
