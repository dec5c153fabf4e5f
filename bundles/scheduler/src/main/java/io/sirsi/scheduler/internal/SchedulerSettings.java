package io.sirsi.scheduler.internal;

import java.time.Duration;
import java.util.List;

/**
 * The limits of a scheduler, checked.
 *
 * @param waits how long it waits for what
 * @param maxUnfinished how many tasks may be unfinished
 * @param rememberedVolatile how many ended volatile tasks are remembered, in memory
 * @param quarantineAfter how often a task may bring the node down
 * @param limits the rules for keys, one a line
 */
record SchedulerSettings(
        Waits waits,
        int maxUnfinished,
        int rememberedVolatile,
        int quarantineAfter,
        List<String> limits) {

    /**
     * How long it waits.
     *
     * @param agingInterval after how long a waiting task rises by one level
     * @param cancelGrace how long an agent has after each of cancel and interrupt
     * @param historyKeep how long ended tasks are remembered
     */
    record Waits(Duration agingInterval, Duration cancelGrace, Duration historyKeep) {}

    SchedulerSettings {
        limits = List.copyOf(limits);
    }

    static SchedulerSettings of(DefaultTaskScheduler.Config config) {
        return new SchedulerSettings(
                new Waits(
                        Duration.ofMillis(
                                between(
                                        "agingIntervalMs",
                                        config.agingIntervalMs(),
                                        1,
                                        86_400_000)),
                        Duration.ofMillis(
                                between("cancelGraceMs", config.cancelGraceMs(), 0, 3_600_000)),
                        Duration.ofHours(
                                between("historyKeepHours", config.historyKeepHours(), 1, 87_600))),
                between("maxUnfinished", config.maxUnfinished(), 1, 10_000_000),
                between("rememberedVolatile", config.rememberedVolatile(), 0, 10_000_000),
                between("quarantineAfter", config.quarantineAfter(), 1, 1_000),
                List.of(config.limits()));
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
