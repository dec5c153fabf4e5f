package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskStepsTest {

    private static final Path DIAGRAM = Path.of("task-states.md");
    private static final Instant NOW = Instant.EPOCH;
    private static final AgentFailure FAILURE = AgentFailure.unreachable("x");
    private static final List<TaskState> EXAMPLES =
            List.of(
                    new TaskState.Blocked(Set.of()),
                    new TaskState.Ready(NOW),
                    new TaskState.Running(new AgentId("a"), 1, 1, NOW),
                    new TaskState.RetryWait(NOW, 1, FAILURE),
                    new TaskState.Succeeded(NOW, Payload.NONE),
                    new TaskState.Failed(NOW, FAILURE),
                    new TaskState.Cancelled(NOW, "x"),
                    new TaskState.TimedOut(NOW, "x"),
                    new TaskState.Quarantined(NOW, FAILURE),
                    new TaskState.Unknown(NOW, "x"));

    @Test
    void the_diagram_beside_the_code_is_what_the_table_says() throws IOException {
        String drawn = draw();
        if (Boolean.getBoolean("sirsi.redraw")) {
            Files.writeString(DIAGRAM, drawn);
        }
        assertThat(Files.readString(DIAGRAM))
                .as("redraw with -Dtest.jvm.args=-Dsirsi.redraw=true")
                .isEqualTo(drawn);
    }

    @Test
    void every_step_of_the_table_is_allowed_and_no_other() {
        for (TaskState from : EXAMPLES) {
            for (TaskState to : EXAMPLES) {
                Phase before = phase(from);
                Phase after = phase(to);
                boolean drawn =
                        EXAMPLES.stream()
                                .filter(state -> phase(state) == after)
                                .anyMatch(
                                        state ->
                                                TaskSteps.after(from.name())
                                                        .contains(state.name()));
                if (drawn) {
                    TaskSteps.check(before, after);
                } else {
                    assertThatThrownBy(() -> TaskSteps.check(before, after))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining(before + " to " + after);
                }
            }
        }
    }

    private static Phase phase(TaskState state) {
        if (state.isFinal()) {
            return Phase.ENDED;
        }
        return switch (state.name()) {
            case "Blocked" -> Phase.BLOCKED;
            case "Ready" -> Phase.READY;
            case "Running" -> Phase.RUNNING;
            default -> Phase.RETRY_WAIT;
        };
    }

    @Test
    void nothing_follows_a_final_state_and_something_follows_every_other() {
        for (TaskState state : EXAMPLES) {
            if (TaskSteps.states().contains(state.name())) {
                assertThat(TaskSteps.after(state.name()).isEmpty()).isEqualTo(state.isFinal());
            }
        }
        assertThat(TaskSteps.states()).isSubsetOf(EXAMPLES.stream().map(TaskState::name).toList());
    }

    private static String draw() {
        StringBuilder text = new StringBuilder();
        text.append("# The life of a task\n\n")
                .append("Drawn by `TaskStepsTest` from the table in `TaskSteps`.\n\n")
                .append("```mermaid\nstateDiagram-v2\n")
                .append("    [*] --> Blocked\n    [*] --> Ready\n");
        for (String from : TaskSteps.states()) {
            for (String to : TaskSteps.after(from)) {
                text.append("    ").append(from).append(" --> ").append(to).append('\n');
            }
            if (TaskSteps.after(from).isEmpty()) {
                text.append("    ").append(from).append(" --> [*]\n");
            }
        }
        return text.append("```\n").toString();
    }
}
