package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.failure.RefusedException;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is larger than the log takes is refused or fails, and stops nothing else. */
class LargeRecordTest {

    private static final TaskSpec WORK = TaskSpec.of("work");
    private static final Payload LARGE = Payload.json("\"" + "x".repeat(10_000) + "\"");

    private Bench bench = new Bench();

    @BeforeEach
    void spawn() {
        bench.agents.add(Bench.SESSION, "one", "aws");
        bench.engine.agentsChanged();
        bench.journal.maxRecordBytes = 8_000;
    }

    @Test
    void a_task_that_is_too_large_is_refused_with_both_sizes_and_leaves_nothing() {
        TaskGraph graph = new TaskGraph();
        graph.add(WORK);
        graph.add(WORK.input(LARGE), 0);
        assertThatThrownBy(() -> bench.submit(WORK.input(LARGE)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal ->
                                assertThat(refusal.reason())
                                        .isEqualTo(RefusedException.Reason.INVALID))
                .hasMessageContainingAll("10", "7936", "smaller input");
        assertThatThrownBy(() -> bench.engine.scheduleAll(Bench.SESSION, graph))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("smaller input");
        TaskId next = bench.submit(WORK);
        bench = bench.afterPowerLoss();
        bench.run();
        assertThat(bench.engine.list(TaskQuery.newest(10)))
                .extracting(task -> task.id())
                .containsExactly(next);
    }

    @Test
    void an_output_that_is_too_large_makes_the_attempt_fail() {
        TaskId task = bench.submit(WORK);
        bench.run();
        bench.last(task).end(new TaskOutcome.Succeeded(Duration.ZERO, LARGE));
        bench.run();
        assertThat(bench.state(task))
                .isInstanceOfSatisfying(
                        TaskState.Failed.class,
                        failed -> {
                            assertThat(failed.failure().code()).isEqualTo(AgentFailure.Code.LIMIT);
                            assertThat(failed.failure().sentence()).contains("10002 characters");
                        });
        TaskId next = bench.submit(WORK);
        bench.run();
        assertThat(bench.stateName(next)).isEqualTo("Running");
    }
}
