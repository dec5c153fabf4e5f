package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.failure.RefusedException;
import io.sirsi.task.Delivery;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskDependenciesTest {

    private static final TaskSpec WORK = TaskSpec.of("work");
    private static final AgentFailure NO = AgentFailure.of(AgentFailure.Code.FORBIDDEN, "no");

    private Bench bench = new Bench();

    @BeforeEach
    void spawn() {
        bench.agents.type("wide", 64, "work");
        bench.agents.add(Bench.SESSION, "one", "wide");
        bench.engine.agentsChanged();
    }

    private TaskId running() {
        TaskId task = bench.submit(WORK);
        bench.run();
        return task;
    }

    private void succeed(TaskId task) {
        bench.last(task).succeed();
        bench.run();
    }

    private void fail(TaskId task) {
        bench.last(task).fail(NO);
        bench.run();
    }

    private String reason(TaskId task) {
        return ((TaskState.Cancelled) bench.state(task)).reason();
    }

    @Test
    void any_of_runs_with_the_first_success_and_ends_with_the_last_failure() {
        TaskId one = running();
        TaskId two = running();
        TaskSpec any = WORK.after(one).after(two).join(Join.ANY_OF);
        TaskId lucky = bench.submit(any);
        fail(one);
        assertThat(bench.stateName(lucky)).isEqualTo("Blocked");
        bench = bench.replaced();
        bench.run();
        assertThat(bench.stateName(lucky)).isEqualTo("Blocked");
        succeed(two);
        assertThat(bench.stateName(lucky)).isEqualTo("Running");

        TaskId three = running();
        TaskId four = running();
        TaskId unlucky = bench.submit(WORK.after(three).after(four).join(Join.ANY_OF));
        fail(three);
        fail(four);
        assertThat(reason(unlucky)).contains(four.value(), "Failed");
    }

    @Test
    void any_of_starts_once_when_a_second_parent_succeeds_or_fails_later() {
        TaskId one = running();
        TaskId two = running();
        TaskId three = running();
        TaskId child = bench.submit(WORK.after(one).after(two).after(three).join(Join.ANY_OF));
        succeed(one);
        succeed(two);
        fail(three);
        assertThat(bench.stateName(child)).isEqualTo("Running");
        assertThat(bench.agents.startedTasks()).containsOnlyOnce(child);
    }

    @Test
    void a_failed_parent_cancels_skips_or_does_not_matter() {
        TaskId parent = running();
        TaskId cancelled = bench.submit(WORK.after(parent));
        TaskId skipped = bench.submit(WORK.after(parent).onParentFailure(ParentFailure.SKIP));
        TaskId runs = bench.submit(WORK.after(parent).onParentFailure(ParentFailure.RUN));
        TaskId anyEnd = bench.submit(WORK.afterAnyEnd(parent));
        TaskId afterCancelled = bench.submit(WORK.after(cancelled));
        TaskId afterSkipped = bench.submit(WORK.after(skipped));
        fail(parent);
        assertThat(reason(cancelled))
                .isEqualTo("the task '" + parent + "' before it ended as Failed");
        assertThat(reason(skipped)).startsWith("skipped: ").contains(parent.value());
        assertThat(bench.stateName(runs)).isEqualTo("Running");
        assertThat(bench.stateName(anyEnd)).isEqualTo("Running");
        assertThat(reason(afterCancelled)).contains(cancelled.value(), "Cancelled");
        assertThat(bench.stateName(afterSkipped)).isEqualTo("Running");
    }

    @Test
    void parents_that_ended_before_a_crash_count_as_they_ended() {
        TaskId good = running();
        TaskId bad = running();
        succeed(good);
        fail(bad);
        bench = bench.afterPowerLoss();
        bench.run();
        TaskId runs = bench.submit(WORK.after(good));
        TaskId anyway = bench.submit(WORK.afterAnyEnd(bad));
        TaskId never = bench.submit(WORK.after(bad));
        bench.run();
        assertThat(bench.stateName(runs)).isEqualTo("Running");
        assertThat(bench.stateName(anyway)).isEqualTo("Running");
        assertThat(reason(never)).contains(bad.value(), "Failed");
    }

    @Test
    void results_of_parents_are_there_for_children_also_after_a_crash() {
        TaskId parent = running();
        TaskId other = running();
        TaskId child = bench.submit(WORK.after(parent));
        succeed(parent);
        Payload output = Payload.json("\"" + parent + "\"");
        assertThat(bench.last(child).monitor().outputOf(parent)).contains(output);
        assertThat(bench.last(child).monitor().outputOf(other)).isEmpty();
        bench = bench.afterPowerLoss();
        bench.run();
        assertThat(bench.last(child).monitor().outputOf(parent)).contains(output);
    }

    @Test
    void what_outlives_the_node_cannot_wait_for_what_does_not() {
        TaskId quick = bench.submit(WORK.delivery(Delivery.VOLATILE));
        bench.run();
        assertThatThrownBy(() -> bench.submit(WORK.after(quick)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(quick.value());
        TaskId child = bench.submit(WORK.after(quick).delivery(Delivery.VOLATILE));
        succeed(quick);
        assertThat(bench.stateName(child)).isEqualTo("Running");
    }

    @Test
    void a_hundred_rows_of_a_hundred_each_run_after_the_two_above_them() {
        int width = 100;
        TaskGraph graph = new TaskGraph();
        for (int row = 0; row < width; row++) {
            for (int i = 0; i < width; i++) {
                int above = (row - 1) * width;
                if (row == 0) {
                    graph.add(WORK);
                } else {
                    graph.add(WORK, above + i, above + (i + 1) % width);
                }
            }
        }
        List<TaskId> ids = bench.engine.scheduleAll(Bench.SESSION, graph);
        Set<TaskId> ended = new HashSet<>();
        Set<TaskId> checked = new HashSet<>();
        bench.run();
        while (ended.size() < ids.size()) {
            List<ScriptedAgents.Run> now = bench.agents.running();
            assertThat(now).as("something runs").isNotEmpty();
            Set<TaskId> runs = new HashSet<>();
            now.forEach(run -> runs.add(run.task()));
            for (int i = width; i < ids.size(); i++) {
                if (runs.contains(ids.get(i)) && checked.add(ids.get(i))) {
                    int above = i / width * width - width;
                    assertThat(ended)
                            .contains(ids.get(above + i % width), ids.get(above + (i + 1) % width));
                }
            }
            now.forEach(
                    run -> {
                        ended.add(run.task());
                        run.succeed();
                    });
            bench.run();
        }
        assertThat(bench.agents.started).hasSize(width * width);
    }

    @Test
    void a_graph_that_is_refused_leaves_nothing_also_not_after_a_crash() {
        TaskGraph circle = new TaskGraph().add("a", WORK).add("b", WORK, "c").add("c", WORK, "b");
        TaskGraph stranger = new TaskGraph();
        stranger.add(WORK);
        stranger.add(WORK.after(TaskId.of(1, 2)));
        for (TaskGraph wrong : List.of(circle, stranger)) {
            assertThatThrownBy(() -> bench.engine.scheduleAll(Bench.SESSION, wrong))
                    .isInstanceOf(RefusedException.class);
        }
        assertThat(bench.engine.list(TaskQuery.newest(10))).isEmpty();
        bench = bench.afterPowerLoss();
        bench.run();
        assertThat(bench.engine.list(TaskQuery.newest(10))).isEmpty();
        assertThat(bench.agents.started).isEmpty();
    }
}
