package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.journal.internal.SimulatedDisk;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryRestartTest {

    @Test
    void history_that_a_failed_force_left_in_the_cache_comes_to_the_disk_in_the_next_process()
            throws IOException {
        Bench bench = new Bench();
        TaskId task = bench.submit(TaskSpec.of("work"));
        assertThat(bench.engine.cancel(task, "called off")).isTrue();
        HistoryStore.Finished ended =
                new HistoryStore.Finished(bench.engine.find(task).orElseThrow(), Duration.ZERO, 1);
        for (int seed = 0; seed < 20; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            HistoryStore first = history(disk);
            first.append(ended);
            disk.failForce(1);
            assertThatThrownBy(first::force).isInstanceOf(IOException.class);
            disk.kill();
            history(disk).force();
            disk.crash();
            assertThat(history(disk).find(task)).isPresent();
        }
    }

    private static HistoryStore history(SimulatedDisk disk) throws IOException {
        return HistoryStore.open(
                new SimulatedHistoryDisk(disk.folder("history")),
                new HistoryStore.Settings(Duration.ofDays(7), 1 << 20, 16),
                Clock.systemUTC(),
                new Random(1));
    }
}
