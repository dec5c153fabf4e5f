package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.journal.internal.SimulatedDisk;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSpec;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void a_file_in_which_a_task_is_twice_is_found_whole() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        SimulatedHistoryDisk folder = new SimulatedHistoryDisk(disk.folder("history"));
        LiveFile file = new LiveFile(1, new HistoryFrames(7));
        folder.create(file.dataName());
        Bench bench = new Bench();
        List<TaskId> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            TaskId task = bench.submit(TaskSpec.of("work"));
            assertThat(bench.engine.cancel(task, "called off")).isTrue();
            tasks.add(task);
        }
        for (int i : new int[] {0, 1, 2, 0, 3, 1, 4}) {
            HistoryStore.Finished ended =
                    new HistoryStore.Finished(
                            bench.engine.find(tasks.get(i)).orElseThrow(), Duration.ZERO, 1);
            ByteWriter frame = new ByteWriter(256);
            HistoryFrames.writeFrame(frame, ended, new RecentEncoder());
            file.append(frame, HistoryFacts.of(ended));
        }
        file.flush(folder);
        SealedFile.write(folder, file, file.flushed());
        HistoryStore history = history(disk);
        assertThat(tasks).allMatch(task -> history.find(task).isPresent());
        assertThat(history.newest(TaskQuery.newest(10))).hasSize(5);
    }
}
