package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.task.Delivery;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ends faster than the history takes it does not fill the memory. */
class HistoryLagTest {

    private static final TaskSpec WORK = TaskSpec.of("work");
    private static final Duration REST = Duration.ofSeconds(1);
    private static final int MOST = 5;
    private static final int PLACES = 3;

    private Bench bench = new Bench();

    @BeforeEach
    void spawn() {
        bench.agents.type("wide", PLACES, "work");
        bench.agents.add(Bench.SESSION, "one", "wide");
        bench.engine.agentsChanged();
        bench.engine.life().mostAwaitingHistory = MOST;
    }

    private List<TaskId> submitted(int count, TaskSpec spec) {
        List<TaskId> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(bench.submit(spec));
        }
        bench.run();
        return tasks;
    }

    private void succeedAll() {
        while (!bench.agents.running().isEmpty()) {
            bench.agents.running().forEach(ScriptedAgents.Run::succeed);
            bench.run();
        }
    }

    @Test
    void no_more_than_so_many_and_those_that_run_wait_for_the_history() {
        bench.history.full = true;
        List<TaskId> tasks = submitted(100, WORK);
        succeedAll();
        int started = bench.agents.started.size();
        assertThat(started).isBetween(MOST, MOST + PLACES - 1);
        assertThat(bench.engine.stats().trouble()).isNotEmpty();
        for (int i = 0; i < 10; i++) {
            bench.pass(REST);
            assertThat(bench.agents.started).hasSize(started);
        }
        bench.history.full = false;
        bench.pass(REST);
        succeedAll();
        assertThat(bench.agents.startedTasks()).containsExactlyInAnyOrderElementsOf(tasks);
        assertThat(tasks).allMatch(task -> bench.stateName(task).equals("Succeeded"));
        assertThat(bench.engine.life().table.size()).isZero();
        assertThat(bench.engine.stats().trouble()).isEmpty();
    }

    @Test
    void tasks_are_accepted_and_called_off_meanwhile() {
        bench.history.full = true;
        submitted(MOST + PLACES, WORK);
        succeedAll();
        TaskId task = bench.submit(WORK);
        assertThat(bench.stateName(task)).isEqualTo("Ready");
        assertThat(bench.engine.cancel(task, "called off")).isTrue();
        assertThat(bench.stateName(task)).isEqualTo("Cancelled");
    }

    @Test
    void volatile_tasks_do_not_come_into_the_history_and_do_not_count() {
        bench.history.full = true;
        List<TaskId> tasks = submitted(100, WORK.delivery(Delivery.VOLATILE));
        succeedAll();
        assertThat(bench.agents.startedTasks()).containsExactlyInAnyOrderElementsOf(tasks);
    }

    @Test
    void what_the_log_remembers_after_a_crash_counts_until_the_history_has_it() {
        bench.history.full = true;
        submitted(MOST, WORK);
        succeedAll();
        TaskId task = bench.submit(WORK);
        bench = bench.afterPowerLoss();
        bench.engine.life().mostAwaitingHistory = MOST;
        bench.history.full = false;
        bench.run();
        assertThat(bench.agents.startedTasks()).containsExactly(task);
        succeedAll();
        assertThat(bench.engine.life().table.size()).isZero();
        assertThat(bench.engine.stats().trouble()).isEmpty();
    }
}
