package io.sirsi.task;

import java.time.Duration;
import java.util.Map;

/**
 * Counts of a scheduler.
 *
 * @param byState how many tasks are in each state, by {@link TaskState#name}
 * @param submitted how many were accepted since the start
 * @param refusedCompletions how many completions came with an old fence since the start
 * @param times how long tasks waited and ran since the start
 * @param trouble why nothing is accepted or started at the moment, in one sentence; empty if all is
 *     well
 */
public record SchedulerStats(
        Map<String, Long> byState,
        long submitted,
        long refusedCompletions,
        Times times,
        String trouble) {

    /**
     * How long tasks were Ready before an attempt started, and how long attempts ran; each right to
     * an eighth.
     *
     * @param waitMedian half of them waited no longer
     * @param waitP99 99 in a hundred waited no longer
     * @param runMedian half of them ran no longer
     * @param runP99 99 in a hundred ran no longer
     */
    public record Times(
            Duration waitMedian, Duration waitP99, Duration runMedian, Duration runP99) {

        /** Nothing has run. */
        public static final Times NONE =
                new Times(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    /** All is well, and nothing has run. */
    public SchedulerStats(Map<String, Long> byState, long submitted, long refusedCompletions) {
        this(byState, submitted, refusedCompletions, Times.NONE, "");
    }

    public SchedulerStats {
        byState = Map.copyOf(byState);
    }
}
