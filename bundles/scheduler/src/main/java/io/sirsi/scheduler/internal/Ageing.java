package io.sirsi.scheduler.internal;

import io.sirsi.task.Priority;
import java.util.List;

/**
 * Who goes first. A task rises by one level for each interval that it has been ready, up to the
 * highest; at one level the longer waiting goes first. So a task is overtaken only by those that
 * came before it reached the highest level, and none starves.
 *
 * @param intervalNanos how long a task waits for a level
 */
record Ageing(long intervalNanos) {

    private static final List<Priority> LEVELS = List.of(Priority.values());
    private static final int HIGHEST = LEVELS.size() - 1;

    /** {@return the level of a ready task now, 0 the lowest} */
    int level(TaskEntry entry, long now) {
        long risen = Math.max(0, now - entry.readyNanos) / intervalNanos;
        return (int) Math.min(HIGHEST, LEVELS.indexOf(entry.spec.priority()) + risen);
    }

    /** {@return negative if the first goes before the second} */
    int compare(TaskEntry first, TaskEntry second, long now) {
        int byLevel = Integer.compare(level(second, now), level(first, now));
        return byLevel != 0 ? byLevel : Long.compare(first.readyNumber, second.readyNumber);
    }
}
