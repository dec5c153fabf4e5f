package io.sirsi.task;

import java.util.Map;

/**
 * Counts of a scheduler.
 *
 * @param byState how many tasks are in each state, by {@link TaskState#name}
 * @param submitted how many were accepted since the start
 * @param refusedCompletions how many completions came with an old fence since the start
 */
public record SchedulerStats(Map<String, Long> byState, long submitted, long refusedCompletions) {

    public SchedulerStats {
        byState = Map.copyOf(byState);
    }
}
