package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.journal.JournalException;
import io.sirsi.session.SessionId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Delivery;
import io.sirsi.task.Join;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the simulation found, each in its own few steps. */
class RestartTest {

    private static final TaskSpec WORK = TaskSpec.of("work").retry(RetryPolicy.NONE);

    private final Bench bench = new Bench();

    @BeforeEach
    void an_agent() {
        bench.agents.add(Bench.SESSION, "a1", "aws");
        bench.run();
    }

    private static void startThenLoseTheEndOfTheCrash(Bench bench, TaskId task, String end) {
        Bench next = bench.afterPowerLoss();
        // All but the last record of what the restart wrote came to the disk.
        assertThat(next.stateName(task)).isEqualTo(end);
        next.journal.loseLast();
        Bench again = next.afterPowerLoss();
        again.agents.add(Bench.SESSION, "a1", "aws");
        again.run();
        assertThat(again.stateName(task)).isEqualTo(end);
        assertThat(again.agents.startedTasks()).doesNotContain(task);
    }

    @Test
    void what_was_to_run_at_most_once_is_not_run_again_if_a_second_crash_follows_the_first() {
        TaskId task = bench.submit(WORK.delivery(Delivery.AT_MOST_ONCE));
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("Running");
        startThenLoseTheEndOfTheCrash(bench, task, "Unknown");
    }

    @Test
    void what_was_called_off_is_not_run_again_if_a_second_crash_follows_the_first() {
        TaskId task = bench.submit(WORK);
        bench.run();
        assertThat(bench.engine.cancel(task, "called off")).isTrue();
        startThenLoseTheEndOfTheCrash(bench, task, "Cancelled");
    }

    @Test
    void what_was_called_off_while_it_was_stopped_for_its_time_is_not_run_again() {
        TaskId task = bench.submit(WORK.timeout(Duration.ofSeconds(1)));
        bench.run();
        bench.pass(Duration.ofSeconds(2));
        assertThat(bench.last(task).asked).containsExactly("cancel");
        assertThat(bench.engine.cancel(task, "called off")).isTrue();
        Bench next = bench.afterPowerLoss();
        next.run();
        assertThat(next.stateName(task)).isEqualTo("Cancelled");
        assertThat(next.agents.startedTasks()).isEmpty();
    }

    @Test
    void what_was_called_off_while_it_was_stopped_for_its_silence_is_not_tried_again() {
        TaskId task =
                bench.submit(
                        WORK.heartbeatTimeout(Duration.ofSeconds(1))
                                .retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO)));
        bench.run();
        bench.pass(Duration.ofSeconds(2));
        assertThat(bench.last(task).asked).containsExactly("cancel");
        assertThat(bench.engine.cancel(task, "called off")).isTrue();
        bench.last(task).fail(AgentFailure.unreachable("x"));
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.state(task))
                .isEqualTo(
                        new TaskState.Cancelled(
                                bench.clock.instant().minusSeconds(1), "called off"));
    }

    @Test
    void what_was_called_off_before_an_agent_had_it_is_not_started_by_the_next_scheduler() {
        bench.journal.lag();
        Call<?> submitted = bench.engine.submit(Bench.SESSION, WORK);
        bench.journal.catchUp();
        bench.engine.logMoved(); // It is accepted, and its start is on its way to the disk.
        TaskId task = bench.engine.list(TaskQuery.newest(1)).get(0).id();
        assertThat(submitted.isDone()).isTrue();
        assertThat(bench.agents.startedTasks()).isEmpty();
        Call<Boolean> cancelled = bench.engine.beginCancel(task, "called off");
        bench.engine.close();
        bench.journal.catchUp();
        assertThat(cancelled.isDone()).isTrue();
        Bench next = bench.afterPowerLoss();
        next.run();
        assertThat(next.stateName(task)).isEqualTo("Cancelled");
        assertThat(next.agents.startedTasks()).isEmpty();
    }

    @Test
    void nothing_starts_before_the_epoch_of_its_fences_is_on_the_disk() {
        bench.submit(WORK);
        bench.journal.nextHolds = true;
        assertThatThrownBy(bench::afterPowerLoss).isInstanceOf(JournalException.class);
    }

    @Test
    void a_task_that_names_an_agent_of_another_session_fails_though_the_disk_was_slow() {
        bench.agents.add(new SessionId("s-00000000000000000000000009"), "other", "aws");
        bench.pass(TaskEngine.RESYNC_INTERVAL);
        bench.journal.lag();
        Call<?> submitted =
                bench.engine.submit(
                        Bench.SESSION,
                        WORK.constraint(AgentConstraint.named(new AgentId("other"))));
        bench.run(); // The agent is looked up while the task is on its way to the disk.
        bench.journal.catchUp();
        bench.engine.logMoved();
        bench.run();
        bench.journal.catchUp();
        bench.engine.logMoved();
        bench.run();
        assertThat(submitted.isDone()).isTrue();
        TaskSnapshot task = bench.engine.list(TaskQuery.newest(1)).get(0);
        assertThat(task.state().name()).isEqualTo("Failed");
    }

    @Test
    void what_runs_since_one_before_it_was_enough_is_not_ended_by_another_that_fails() {
        bench.agents.add(Bench.SESSION, "a2", "aws");
        bench.engine.agentsChanged();
        bench.run();
        TaskId good = bench.submit(WORK);
        TaskId bad = bench.submit(WORK);
        TaskId child = bench.submit(WORK.after(good).after(bad).join(Join.ANY_OF));
        bench.run();
        bench.last(good).succeed();
        bench.run();
        assertThat(bench.stateName(child)).isEqualTo("Running");
        bench.last(bad).fail(AgentFailure.of(AgentFailure.Code.FORBIDDEN, "x"));
        bench.run();
        assertThat(bench.stateName(child)).isEqualTo("Running");
        bench.last(child).succeed();
        assertThat(bench.stateName(child)).isEqualTo("Succeeded");
    }

    @Test
    void what_takes_any_end_waits_until_the_end_that_the_restart_wrote_is_on_the_disk() {
        TaskId parent = bench.submit(WORK.delivery(Delivery.AT_MOST_ONCE));
        TaskId child = bench.submit(WORK.afterAnyEnd(parent));
        bench.run();
        assertThat(bench.stateName(parent)).isEqualTo("Running");
        bench.journal.holdsOnceAwaited = true;
        Bench next = bench.afterPowerLoss();
        next.run();
        assertThat(next.stateName(child)).isEqualTo("Blocked");
        assertThat(next.agents.startedTasks()).isEmpty();
        next.journal.release();
        next.engine.logMoved();
        next.run();
        assertThat(next.stateName(parent)).isEqualTo("Unknown");
        assertThat(next.stateName(child)).isEqualTo("Running");
    }

    @Test
    void what_waits_for_any_of_two_waits_for_the_disk_too() {
        TaskId parent = bench.submit(WORK.delivery(Delivery.AT_MOST_ONCE));
        TaskId paused = bench.submit(WORK);
        bench.engine.pauseTask(paused, "test");
        TaskId child = bench.submit(WORK.afterAnyEnd(parent).afterAnyEnd(paused).join(Join.ANY_OF));
        bench.run();
        assertThat(bench.stateName(parent)).isEqualTo("Running");
        bench.journal.holdsOnceAwaited = true;
        Bench next = bench.afterPowerLoss();
        next.run();
        assertThat(next.stateName(child)).isEqualTo("Blocked");
        next.journal.release();
        next.engine.logMoved();
        next.run();
        assertThat(next.stateName(child)).isEqualTo("Running");
    }

    @Test
    void a_child_before_its_parent_in_a_snapshot_waits_for_it_all_the_same() throws Exception {
        List<TaskId> ids =
                bench.engine.scheduleAll(
                        Bench.SESSION,
                        new TaskGraph()
                                .add("child", WORK, "parent")
                                .add("parent", WORK)
                                .add("late", WORK, "child"));
        bench.engine.snapshotter(0).take();
        Bench next = bench.afterPowerLoss();
        next.run();
        assertThat(next.state(ids.get(0))).isEqualTo(new TaskState.Blocked(Set.of(ids.get(1))));
        assertThat(next.state(ids.get(2))).isEqualTo(new TaskState.Blocked(Set.of(ids.get(0))));
        assertThat(next.stateName(ids.get(1))).isIn("Ready", "Running");
    }

    @Test
    void what_is_asked_of_a_closed_scheduler_is_refused_at_once() {
        TaskId task = bench.submit(WORK.delay(Duration.ofHours(1)));
        bench.engine.close();
        assertThatThrownBy(() -> bench.engine.pauseTask(task, "ada"))
                .hasMessageContaining("the scheduler is stopping");
        assertThatThrownBy(() -> bench.engine.cancel(task, "ada"))
                .hasMessageContaining("the scheduler is stopping");
        assertThatThrownBy(() -> bench.engine.pause(Bench.SESSION, true))
                .hasMessageContaining("the scheduler is stopping");
    }
}
