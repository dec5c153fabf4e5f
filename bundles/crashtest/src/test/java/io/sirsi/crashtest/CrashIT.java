package io.sirsi.crashtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Six hundred kills over sixty thousand tasks; another seed each time, and it is printed. */
class CrashIT {

    private static final int KILLS = 600;
    private static final int TASKS = 60_000;
    private static final int PER_POINT = 10;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    /** Six minutes on two cores of its own, and as long as it takes where others want them, too. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void kills_lose_nothing_and_double_nothing() throws Exception {
        long seed =
                Long.getLong("sirsi.crashtest.seed", new SecureRandom().nextInt(Integer.MAX_VALUE));
        System.out.println("crashtest: seed " + seed + ", histories in " + folder);

        Campaign.Summary summary =
                Campaign.againstTheScheduler(
                                new Campaign.Aim(seed, KILLS, TASKS, PER_POINT, 2),
                                folder,
                                System.out::println)
                        .run();

        assertThat(summary.findings()).describedAs("seed %d", seed).isEmpty();
        assertThat(summary.refused()).isZero();
        assertThat(summary.kills()).isGreaterThanOrEqualTo(KILLS);
        assertThat(summary.tasks().submitted()).isGreaterThanOrEqualTo(TASKS);
        assertThat(summary.atPoints())
                .hasSize(SchedulerSubject.POINTS.size())
                .allSatisfy((point, count) -> assertThat(count).isGreaterThanOrEqualTo(PER_POINT));
    }
}
