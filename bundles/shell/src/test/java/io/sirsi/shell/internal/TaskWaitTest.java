package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentId;
import io.sirsi.event.Subscription;
import io.sirsi.session.SessionId;
import io.sirsi.task.Explanation;
import io.sirsi.task.Explanation.Kind;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TaskWaitTest {

    private static final TaskId TASK = new TaskId("t-0123456789abcdefghjkmnpqr7");
    private static final Instant BEGIN = Instant.parse("2026-11-22T12:00:00Z");
    private static final TaskState READY = new TaskState.Ready(BEGIN);
    private static final TaskState RUNNING =
            new TaskState.Running(new AgentId("host-1"), 1, 9, BEGIN);
    private static final Explanation NO_AGENT = why(READY, Kind.NO_AGENT, "no agent", "work");
    private static final Explanation RUNS = why(RUNNING, Kind.RUNNING, "it runs", "host-1");

    private final ManualClock clock = new ManualClock(BEGIN);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream notices = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();

    /** A part of the wait: what holds until a moment, in seconds after its begin. */
    private record Part(int untilSecond, Explanation why) {}

    @Test
    void a_task_that_ends_soon_is_waited_for_without_a_word() throws Exception {
        waitThrough(new Part(1, NO_AGENT));

        assertThat(told()).isEmpty();
        assertThat(hypervisor.asked).noneMatch(call -> call.startsWith("explain"));
    }

    @Test
    void what_it_waits_for_is_told_after_two_seconds_and_once() throws Exception {
        waitThrough(new Part(60, NO_AGENT));

        assertThat(told()).containsExactly(TASK + ": no agent");
        assertThat(hypervisor.asked.stream().filter(call -> call.startsWith("explain")))
                .hasSize(29);
    }

    @Test
    void another_reason_is_told_at_the_next_look_and_that_it_runs_too() throws Exception {
        waitThrough(
                new Part(5, NO_AGENT),
                new Part(9, why(READY, Kind.AGENTS_BUSY, "all busy", "host-1")),
                new Part(13, why(READY, Kind.AGENTS_BUSY, "all of them busy", "host-2")),
                new Part(90, RUNS));

        assertThat(told())
                .containsExactly(
                        TASK + ": no agent",
                        TASK + ": all busy",
                        TASK + ": all of them busy",
                        TASK + ": it runs");
    }

    @Test
    void a_task_that_runs_long_is_no_news() throws Exception {
        waitThrough(new Part(90, RUNS));

        assertThat(told()).isEmpty();
    }

    @Test
    void figures_that_change_are_told_twice_a_minute() throws Exception {
        Part[] line = new Part[60];
        for (int second = 0; second < line.length; second++) {
            line[second] =
                    new Part(second + 1, why(READY, Kind.BEHIND_OTHERS, second + " before it"));
        }
        waitThrough(line);

        assertThat(told()).containsExactly(TASK + ": 2 before it", TASK + ": 32 before it");
    }

    @Test
    void a_clock_that_is_set_back_makes_nobody_silent() throws Exception {
        WaitNews news = new WaitNews(hypervisor.hypervisor(), TASK, clock);
        hypervisor.answer("explainTask", none -> NO_AGENT);
        clock.sleep(Duration.ofHours(-1));

        assertThat(news.next()).contains("no agent");
    }

    @Test
    void a_watch_tells_it_as_an_event_of_its_own() throws Exception {
        // Each question takes two seconds.
        hypervisor
                .answer(
                        "task",
                        none -> {
                            clock.sleep(Duration.ofSeconds(2));
                            return snapshot(
                                    bytes.toString(StandardCharsets.UTF_8).contains("waits")
                                            ? ended()
                                            : READY);
                        })
                .answer("watchTask", given -> (Subscription) () -> {})
                .answer("explainTask", none -> NO_AGENT);

        new TaskStream(hypervisor.hypervisor(), notices, true, Duration.ofMillis(1), clock)
                .follow(TASK);

        assertThat(told()).hasSize(3);
        assertThat(told().get(1))
                .isEqualTo(
                        "{\"event\":\"waits\",\"at\":\"2026-11-22T12:00:04Z\",\"sentence\":\"no agent\"}");
    }

    private void waitThrough(Part... parts) throws InterruptedException {
        hypervisor
                .answer(
                        "task",
                        none -> snapshot(at(parts).map(why -> why.task().state()).orElse(ended())))
                .answer("explainTask", none -> at(parts).orElseThrow());
        TaskSnapshot ended =
                new TaskWait(hypervisor.hypervisor(), notices, clock, clock).until(TASK);
        assertThat(ended.state()).isEqualTo(ended());
    }

    private Optional<Explanation> at(Part... parts) {
        for (Part part : parts) {
            if (clock.instant().isBefore(BEGIN.plusSeconds(part.untilSecond()))) {
                return Optional.of(part.why());
            }
        }
        return Optional.empty();
    }

    private List<String> told() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static TaskState ended() {
        return new TaskState.Succeeded(BEGIN, Payload.NONE);
    }

    private static TaskSnapshot snapshot(TaskState state) {
        return new TaskSnapshot(
                TASK,
                new SessionId("s-0123456789abcdefghjkmnpqrs"),
                TaskSpec.of("work"),
                state,
                BEGIN);
    }

    private static Explanation why(
            TaskState state, Kind kind, String sentence, String... subjects) {
        return new Explanation(
                snapshot(state),
                sentence,
                List.of(
                        new Explanation.Reason(
                                kind, sentence, List.of(subjects), Optional.empty())),
                Optional.empty());
    }
}
