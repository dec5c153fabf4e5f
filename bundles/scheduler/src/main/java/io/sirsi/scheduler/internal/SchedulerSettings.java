package io.sirsi.scheduler.internal;

import java.time.Duration;

/**
 * The limits of a scheduler, checked.
 *
 * @param agingInterval after how long a waiting task rises by one level
 * @param cancelGrace how long an agent has after each of cancel and interrupt
 * @param maxUnfinished how many tasks may be unfinished
 * @param historyLimit how many ended tasks are remembered
 */
record SchedulerSettings(
        Duration agingInterval, Duration cancelGrace, int maxUnfinished, int historyLimit) {

    static SchedulerSettings of(DefaultTaskScheduler.Config config) {
        return new SchedulerSettings(
                Duration.ofMillis(
                        between("agingIntervalMs", config.agingIntervalMs(), 1, 86_400_000)),
                Duration.ofMillis(between("cancelGraceMs", config.cancelGraceMs(), 0, 3_600_000)),
                between("maxUnfinished", config.maxUnfinished(), 1, 10_000_000),
                between("historyLimit", config.historyLimit(), 0, 10_000_000));
    }

    private static int between(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "io.sirsi.scheduler: "
                            + key
                            + " must be "
                            + least
                            + " to "
                            + most
                            + ", not "
                            + value
                            + "; correct it in io.sirsi.scheduler.cfg");
        }
        return value;
    }
}
