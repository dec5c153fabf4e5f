package io.sirsi.scheduler.internal;

import io.sirsi.task.TaskState;
import java.util.Map;

/** How many tasks ended in which way. Guarded by the engine's baton. */
final class EndCounts {

    private static final String[] NAMES = {
        "Succeeded", "Failed", "Cancelled", "TimedOut", "Quarantined", "Unknown"
    };

    private final long[] counts = new long[NAMES.length];

    void count(TaskState.Ended end) {
        counts[place(end)]++;
    }

    private static int place(TaskState.Ended end) {
        if (end instanceof TaskState.Succeeded) {
            return 0;
        }
        if (end instanceof TaskState.Failed) {
            return 1;
        }
        if (end instanceof TaskState.Cancelled) {
            return 2;
        }
        if (end instanceof TaskState.TimedOut) {
            return 3;
        }
        return end instanceof TaskState.Quarantined ? 4 : 5;
    }

    /** Adds those that are not none to a count by the states' names. */
    void addTo(Map<String, Long> byState) {
        for (int i = 0; i < NAMES.length; i++) {
            if (counts[i] > 0) {
                byState.put(NAMES[i], counts[i]);
            }
        }
    }
}
