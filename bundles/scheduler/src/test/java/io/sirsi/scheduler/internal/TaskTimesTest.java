package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.failure.RefusedException;
import io.sirsi.task.Delivery;
import io.sirsi.task.Recurrence;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskTimesTest {

    private static final TaskSpec WORK = TaskSpec.of("work");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration NANO = Duration.ofNanos(1);

    private Bench bench = new Bench();

    @BeforeEach
    void spawn() {
        bench.agents.type("wide", 64, "work");
        bench.agents.add(Bench.SESSION, "one", "wide");
        bench.engine.agentsChanged();
    }

    private static TaskSpec every(Duration interval, Recurrence.Misfire misfire) {
        return WORK.recurring(new Recurrence.Every(interval, misfire));
    }

    private void succeedAll() {
        bench.run();
        bench.agents.running().forEach(ScriptedAgents.Run::succeed);
        bench.run();
    }

    private long waiting() {
        return bench.engine.list(TaskQuery.newest(1_000)).stream()
                .filter(task -> task.state().name().equals("Blocked"))
                .count();
    }

    private int started() {
        return bench.agents.started.size();
    }

    @Test
    void a_delay_and_a_time_are_kept_to_the_nanosecond_also_after_a_crash() {
        TaskId delayed = bench.submit(WORK.delay(MINUTE));
        TaskId dated = bench.submit(WORK.notBefore(Bench.NOW.plus(MINUTE)));
        bench.pass(Duration.ofSeconds(30));
        bench = bench.afterPowerLoss();
        bench.pass(Duration.ofSeconds(30).minus(NANO));
        assertThat(started()).isZero();
        bench.pass(NANO);
        assertThat(bench.agents.startedTasks()).containsExactlyInAnyOrder(delayed, dated);
    }

    /** Adds work to a turn that began a while ago, as one does whose commands take long. */
    private void lateInATurn(Runnable work) {
        bench.engine.tell(
                () -> {
                    bench.clock.pass(Duration.ofMillis(10));
                    work.run();
                });
    }

    private void startsNotBefore(Duration delay, int starts) {
        bench.pass(delay.minus(NANO));
        assertThat(started()).isEqualTo(starts - 1);
        bench.pass(NANO);
        assertThat(started()).isEqualTo(starts);
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void a_delay_counts_from_the_submission_though_the_turn_began_before(Delivery delivery) {
        bench.run();
        lateInATurn(
                () -> bench.engine.submit(Bench.SESSION, WORK.delivery(delivery).delay(MINUTE)));
        startsNotBefore(MINUTE, 1);
    }

    @Test
    void an_interval_counts_from_the_submission_though_the_turn_began_before() {
        bench.run();
        lateInATurn(
                () ->
                        bench.engine.submit(
                                Bench.SESSION, every(MINUTE, Recurrence.Misfire.FIRE_ONCE)));
        startsNotBefore(MINUTE, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Delivery.class,
            names = {"AT_LEAST_ONCE", "VOLATILE"})
    void a_retry_is_not_early_though_the_turn_began_before_the_failure(Delivery delivery) {
        TaskId task =
                bench.submit(
                        WORK.delivery(delivery)
                                .retry(
                                        new RetryPolicy(
                                                2, MINUTE, MINUTE, RetryPolicy.Backoff.FIXED)));
        bench.run();
        lateInATurn(() -> bench.last(task).fail(AgentFailure.unreachable("ec2")));
        assertThat(bench.state(task))
                .isInstanceOfSatisfying(
                        TaskState.RetryWait.class,
                        wait ->
                                assertThat(wait.until())
                                        .isEqualTo(bench.clock.instant().plus(MINUTE)));
        startsNotBefore(MINUTE, 2);
    }

    @Test
    void a_jump_of_the_wall_clock_starts_nothing_early_and_nothing_late() {
        TaskId task = bench.submit(WORK.delay(MINUTE));
        bench.clock.jumpWall(Duration.ofDays(1));
        bench.pass(MINUTE.minus(NANO));
        assertThat(bench.stateName(task)).isEqualTo("Blocked");
        bench.clock.jumpWall(Duration.ofDays(-2));
        bench.pass(NANO);
        assertThat(bench.stateName(task)).isEqualTo("Running");
    }

    @Test
    void a_jump_of_the_wall_clock_neither_skips_nor_doubles_an_interval() {
        for (Recurrence.Misfire misfire : Recurrence.Misfire.values()) {
            bench = new Bench();
            spawn();
            bench.submit(every(MINUTE, misfire));
            bench.clock.jumpWall(Duration.ofDays(3));
            for (int i = 1; i <= 3; i++) {
                bench.pass(MINUTE.minus(NANO));
                assertThat(started()).isEqualTo(i - 1);
                bench.pass(NANO);
                assertThat(started()).isEqualTo(i);
                succeedAll();
                bench.clock.jumpWall(Duration.ofDays(-5));
            }
        }
    }

    @Test
    void each_minute_another_one_comes_and_only_one_waits() {
        bench.submit(every(MINUTE, Recurrence.Misfire.FIRE_ONCE));
        for (int i = 1; i <= 5; i++) {
            bench.pass(MINUTE.minus(NANO));
            assertThat(started()).isEqualTo(i - 1);
            bench.pass(NANO);
            assertThat(started()).isEqualTo(i);
            assertThat(waiting()).isEqualTo(1);
            succeedAll();
        }
    }

    @Test
    void a_series_is_found_and_ended_by_the_name_of_its_first() {
        TaskId first = bench.submit(every(MINUTE, Recurrence.Misfire.FIRE_ONCE));
        bench.pass(MINUTE);
        succeedAll();
        bench.pass(MINUTE);
        succeedAll();
        var of =
                bench.engine.list(TaskQuery.newest(10)).stream()
                        .filter(
                                task ->
                                        first.value()
                                                .equals(task.spec().labels().get(TaskLife.SERIES)))
                        .toList();
        assertThat(of).hasSize(2);
        TaskId next = of.get(0).id();
        assertThat(bench.engine.explain(first).orElseThrow().sentence())
                .contains("its series goes on as " + next);
        assertThat(bench.engine.cancel(first, "enough")).isTrue();
        bench.run();
        assertThat(bench.stateName(next)).isEqualTo("Cancelled");
        assertThat(bench.engine.explain(first).orElseThrow().sentence()).doesNotContain("goes on");
        assertThat(bench.engine.cancel(first, "enough")).isFalse();
        bench.pass(Duration.ofDays(1));
        assertThat(started()).isEqualTo(2);
    }

    @Test
    void each_that_has_ended_stands_for_its_series_and_nobody_else_can_join_it() {
        TaskId first = bench.submit(every(MINUTE, Recurrence.Misfire.FIRE_ONCE));
        bench.pass(MINUTE);
        TaskId second = bench.engine.list(TaskQuery.newest(1)).get(0).id();
        bench.last(first).assignment.monitor().submit(WORK.recurring(Recurrence.every(MINUTE)));
        succeedAll();
        bench.pass(MINUTE);
        succeedAll();
        assertThat(bench.engine.explain(second).orElseThrow().sentence()).contains("goes on as");
        assertThat(bench.engine.cancel(second, "enough")).isTrue();
        assertThat(bench.engine.cancel(first, "enough")).isFalse();
        assertThatThrownBy(
                        () ->
                                bench.submit(
                                        WORK.label(TaskLife.SERIES, first.value())
                                                .recurring(Recurrence.every(MINUTE))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("the label 'series'");
    }

    @Test
    void cron_names_the_times() {
        bench.submit(WORK.recurring(Recurrence.cron("30 10 * * *", ZoneOffset.UTC)));
        bench.pass(Duration.ofMinutes(30).minus(NANO));
        assertThat(started()).isZero();
        bench.pass(NANO);
        succeedAll();
        bench.pass(Duration.ofDays(1).minus(NANO));
        assertThat(started()).isEqualTo(1);
        bench.pass(NANO);
        assertThat(started()).isEqualTo(2);
    }

    private int startedAfterTenMissed(Recurrence.Misfire misfire) {
        bench.submit(every(MINUTE, misfire));
        bench.clock.pass(Duration.ofSeconds(605));
        bench = bench.afterPowerLoss();
        for (int i = 0; i < 20; i++) {
            succeedAll();
        }
        return started();
    }

    @Test
    void what_was_missed_is_made_up_for_once() {
        assertThat(startedAfterTenMissed(Recurrence.Misfire.FIRE_ONCE)).isEqualTo(1);
        bench.pass(Duration.ofSeconds(55));
        assertThat(started()).isEqualTo(2);
    }

    @Test
    void what_was_missed_is_left_out() {
        assertThat(startedAfterTenMissed(Recurrence.Misfire.SKIP)).isZero();
        bench.pass(Duration.ofSeconds(55));
        assertThat(started()).isEqualTo(1);
    }

    @Test
    void what_was_missed_is_all_made_up_for() {
        assertThat(startedAfterTenMissed(Recurrence.Misfire.FIRE_ALL)).isEqualTo(10);
        bench.pass(Duration.ofSeconds(55));
        assertThat(started()).isEqualTo(11);
    }

    @ParameterizedTest
    @EnumSource(Recurrence.Misfire.class)
    void one_that_still_runs_does_not_keep_the_next_from_its_time(Recurrence.Misfire misfire) {
        bench.submit(every(MINUTE, misfire));
        for (int i = 1; i <= 4; i++) {
            bench.pass(MINUTE);
            assertThat(bench.agents.running()).hasSize(i);
            assertThat(waiting()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Recurrence.Misfire.class)
    void one_that_waits_for_its_retry_does_not_either(Recurrence.Misfire misfire) {
        Duration hour = Duration.ofHours(1);
        bench.submit(
                every(MINUTE, misfire)
                        .retry(new RetryPolicy(2, hour, hour, RetryPolicy.Backoff.FIXED)));
        for (int i = 1; i <= 4; i++) {
            bench.pass(MINUTE);
            assertThat(started()).isEqualTo(i);
            bench.agents.running().get(0).fail(AgentFailure.unreachable("ec2"));
            bench.run();
        }
    }

    /** The one agent has one place, and what runs there takes five minutes and a half. */
    private int startedInTenMinutesWithALineOf(int line, Recurrence.Misfire misfire) {
        bench = new Bench();
        bench.agents.add(Bench.SESSION, "one", "aws");
        bench.engine.agentsChanged();
        bench.submit(every(MINUTE, misfire));
        for (int i = 0; i < 6; i++) {
            bench.pass(MINUTE);
        }
        assertThat(bench.agents.running()).hasSize(1);
        assertThat(bench.engine.stats().byState())
                .containsEntry("Ready", (long) line)
                .containsEntry("Blocked", 1L);
        bench.pass(Duration.ofSeconds(30));
        while (!bench.agents.running().isEmpty()) {
            succeedAll();
        }
        for (int i = 0; i < 4; i++) {
            bench.pass(i == 0 ? Duration.ofSeconds(30) : MINUTE);
            succeedAll();
        }
        assertThat(waiting()).isEqualTo(1);
        return started();
    }

    @Test
    void while_one_waits_for_a_place_the_next_is_left_out_or_waits_behind_it() {
        assertThat(startedInTenMinutesWithALineOf(1, Recurrence.Misfire.FIRE_ONCE)).isEqualTo(6);
        assertThat(startedInTenMinutesWithALineOf(1, Recurrence.Misfire.SKIP)).isEqualTo(6);
        assertThat(startedInTenMinutesWithALineOf(5, Recurrence.Misfire.FIRE_ALL)).isEqualTo(10);
    }

    @Test
    void a_series_ends_when_the_one_that_waits_is_cancelled() {
        bench.submit(every(MINUTE, Recurrence.Misfire.FIRE_ONCE));
        bench.pass(MINUTE);
        succeedAll();
        List<TaskSnapshot> waiting =
                bench.engine.list(TaskQuery.newest(10)).stream()
                        .filter(task -> !task.state().isFinal())
                        .toList();
        assertThat(waiting).hasSize(1);
        bench.engine.cancel(waiting.get(0).id(), "enough");
        bench = bench.afterPowerLoss();
        bench.pass(Duration.ofHours(1));
        assertThat(started()).isZero();
        assertThat(bench.engine.armedTimers()).isZero();
    }

    @Test
    void each_has_one_successor_however_often_the_node_goes_down() {
        bench.submit(every(MINUTE, Recurrence.Misfire.FIRE_ONCE));
        for (int i = 0; i < 10; i++) {
            bench.pass(MINUTE);
            bench = i % 2 == 0 ? bench.afterPowerLoss() : bench.replaced();
            bench.run();
            assertThat(waiting()).as("round %s", i).isEqualTo(1);
            succeedAll();
        }
        List<TaskSnapshot> all = bench.engine.list(TaskQuery.newest(100));
        assertThat(new HashSet<>(all)).hasSize(11);
    }
}
