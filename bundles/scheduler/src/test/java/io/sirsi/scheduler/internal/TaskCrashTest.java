package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentFailure;
import io.sirsi.task.Delivery;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of tasks when the node goes down, or the scheduler is replaced. */
class TaskCrashTest {

    private static final TaskSpec WORK = TaskSpec.of("work");

    private Bench bench = new Bench();

    @BeforeEach
    void spawn() {
        bench.agents.add(Bench.SESSION, "one", "aws");
        bench.engine.agentsChanged();
    }

    private void crash() {
        bench = bench.afterPowerLoss();
        bench.run();
    }

    @Test
    void what_was_to_run_at_most_once_and_ran_is_unknown_and_never_runs_again() {
        TaskId task = bench.submit(WORK.delivery(Delivery.AT_MOST_ONCE));
        bench.run();
        crash();
        assertThat(bench.state(task))
                .isInstanceOfSatisfying(
                        TaskState.Unknown.class,
                        unknown -> assertThat(unknown.sentence()).contains("at most once"));
        crash();
        assertThat(bench.stateName(task)).isEqualTo("Unknown");
        assertThat(bench.agents.started).isEmpty();
    }

    @Test
    void what_was_to_run_at_most_once_and_waited_runs() {
        TaskId first = bench.submit(WORK);
        bench.run();
        TaskId waiting = bench.submit(WORK.delivery(Delivery.AT_MOST_ONCE));
        crash();
        bench.last(first).succeed();
        bench.run();
        assertThat(bench.stateName(waiting)).isEqualTo("Running");
    }

    @Test
    void a_task_under_which_the_node_goes_down_five_times_is_quarantined() {
        TaskId task = bench.submit(WORK.retry(RetryPolicy.NONE));
        bench.run();
        for (int crashes = 1; crashes < 5; crashes++) {
            crash();
            assertThat(bench.stateName(task)).as("after %s crashes", crashes).isEqualTo("Running");
            assertThat(bench.last(task).assignment.attempt()).isEqualTo(crashes + 1);
        }
        crash();
        assertThat(bench.state(task))
                .isInstanceOfSatisfying(
                        TaskState.Quarantined.class,
                        end -> assertThat(end.failure().sentence()).contains("5 times"));
        assertThat(bench.agents.started).isEmpty();
    }

    @Test
    void a_scheduler_that_is_replaced_does_not_count_as_a_crash() {
        TaskId task = bench.submit(WORK);
        bench.run();
        for (int i = 0; i < 10; i++) {
            bench = bench.replaced();
            bench.run();
        }
        assertThat(bench.stateName(task)).isEqualTo("Running");
        assertThat(bench.agents.started).hasSize(1);
        bench.last(task).succeed();
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("Succeeded");
    }

    @Test
    void failed_attempts_are_counted_over_restarts() {
        Duration minute = Duration.ofMinutes(1);
        TaskId task =
                bench.submit(
                        WORK.retry(new RetryPolicy(2, minute, minute, RetryPolicy.Backoff.FIXED)));
        bench.run();
        bench.last(task).fail(AgentFailure.unreachable("ec2"));
        crash();
        bench.pass(minute.minusNanos(1));
        assertThat(bench.stateName(task)).isEqualTo("RetryWait");
        bench.pass(Duration.ofNanos(1));
        assertThat(bench.last(task).assignment.attempt()).isEqualTo(2);
        bench.last(task).fail(AgentFailure.unreachable("s3"));
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("Failed");
    }

    @Test
    void the_resume_token_is_there_for_the_next_attempt_and_after_a_crash() {
        TaskId task = bench.submit(WORK.retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO)));
        bench.run();
        assertThat(bench.last(task).monitor().resumeToken()).isEmpty();
        bench.last(task).monitor().heartbeat("page 7");
        bench.last(task).fail(AgentFailure.unreachable("ec2"));
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.last(task).monitor().resumeToken()).contains("page 7");
        bench.last(task).monitor().heartbeat("page 9");
        crash();
        assertThat(bench.last(task).monitor().resumeToken()).contains("page 9");
    }

    @Test
    void one_that_gives_no_sign_of_life_is_stopped_and_tried_again() {
        TaskId task =
                bench.submit(
                        WORK.heartbeatTimeout(Duration.ofSeconds(10))
                                .retry(new RetryPolicy(2, Duration.ZERO, Duration.ZERO)));
        bench.run();
        ScriptedAgents.Run run = bench.last(task);
        bench.pass(Duration.ofSeconds(9));
        run.monitor().heartbeat("");
        bench.pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(run.asked).isEmpty();
        bench.pass(Duration.ofNanos(1));
        assertThat(run.asked).containsExactly("cancel");
        run.fail(AgentFailure.unreachable("it was asked to stop"));
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.stateName(task)).isEqualTo("Running");
        assertThat(bench.last(task).assignment.attempt()).isEqualTo(2);
    }

    @Test
    void a_wish_to_cancel_what_runs_outlives_a_crash_and_a_replacement() {
        TaskId task = bench.submit(WORK);
        bench.run();
        bench.engine.cancel(task, "by alice");
        bench = bench.replaced();
        bench.run();
        assertThat(bench.last(task).asked).isNotEmpty().containsOnly("cancel");
        assertThat(bench.stateName(task)).isEqualTo("Running");
        crash();
        assertThat(bench.state(task))
                .isInstanceOfSatisfying(
                        TaskState.Cancelled.class,
                        end -> assertThat(end.reason()).isEqualTo("by alice"));
    }

    @Test
    void a_key_names_the_same_task_after_a_crash_while_it_lives_and_after_its_end() {
        TaskSpec keyed = WORK.idempotencyKey("scan-1");
        TaskId task = bench.submit(keyed);
        crash();
        assertThat(bench.submit(keyed)).isEqualTo(task);
        bench.last(task).succeed();
        bench.run();
        crash();
        assertThat(bench.submit(keyed)).isEqualTo(task);
        assertThat(bench.stateName(task)).isEqualTo("Succeeded");
    }

    @Test
    void fences_grow_over_crashes() {
        TaskId task = bench.submit(WORK);
        bench.run();
        long fence = bench.last(task).fence();
        for (int i = 0; i < 4; i++) {
            crash();
            assertThat(bench.last(task).fence()).isGreaterThan(fence);
            fence = bench.last(task).fence();
        }
    }

    @Test
    void a_late_completion_with_an_old_fence_is_refused_and_counted_by_the_next_scheduler() {
        bench.agents.add(Bench.SESSION, "two", "aws");
        TaskId task =
                bench.submit(
                        WORK.heartbeatTimeout(Duration.ofSeconds(1))
                                .retry(new RetryPolicy(2, Duration.ZERO, Duration.ZERO)));
        bench.run();
        ScriptedAgents.Run old = bench.last(task);
        old.ignoresAbandon = true;
        bench = bench.replaced();
        bench.run();
        bench.pass(Duration.ofSeconds(1));
        bench.pass(Bench.GRACE);
        bench.pass(Bench.GRACE);
        assertThat(bench.stateName(task)).isEqualTo("Running");
        assertThat(bench.last(task).fence()).isGreaterThan(old.fence());
        old.succeed();
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("Running");
        assertThat(bench.engine.stats().refusedCompletions()).isEqualTo(1);
    }

    @Test
    void pauses_outlive_a_crash() {
        TaskId one = bench.submit(WORK);
        bench.engine.pauseTask(one, "alice");
        crash();
        assertThat(bench.stateName(one)).isEqualTo("Ready");
        bench.engine.resumeTask(one);
        bench.engine.pause(Bench.SESSION, true);
        crash();
        assertThat(bench.stateName(one)).isEqualTo("Ready");
        bench.engine.pause(Bench.SESSION, false);
        bench.engine.pauseAll("bob");
        crash();
        assertThat(bench.stateName(one)).isEqualTo("Ready");
        bench.engine.resumeAll();
        crash();
        assertThat(bench.stateName(one)).isEqualTo("Running");
    }
}
