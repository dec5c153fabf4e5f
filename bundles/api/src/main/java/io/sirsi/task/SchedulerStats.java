package io.sirsi.task;

import java.util.Map;

/**
 * Counts of a scheduler.
 *
 * @param byState how many tasks are in each state, by {@link TaskState#name}
 * @param submitted how many were accepted since the start
 * @param refusedCompletions how many completions came with an old fence since the start
 * @param trouble why nothing is accepted at the moment, in one sentence; empty if all is well
 */
public record SchedulerStats(
        Map<String, Long> byState, long submitted, long refusedCompletions, String trouble) {

    /** All is well. */
    public SchedulerStats(Map<String, Long> byState, long submitted, long refusedCompletions) {
        this(byState, submitted, refusedCompletions, "");
    }

    public SchedulerStats {
        byState = Map.copyOf(byState);
    }
}
