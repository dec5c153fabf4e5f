package io.sirsi.agents.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AgentStatesTest {

    private static final Path DIAGRAM = Path.of("agent-states.md");

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
    void an_agent_takes_every_step_of_the_table_and_no_other() {
        for (AgentState from : AgentState.values()) {
            for (AgentState to : AgentState.values()) {
                AgentCell cell = in(from);
                if (from.next().contains(to)) {
                    cell.enter(to, Assignments.NOW);
                    assertThat(cell.state()).isEqualTo(to);
                } else {
                    assertThatThrownBy(() -> cell.enter(to, Assignments.NOW))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining(from + " to " + to);
                }
            }
        }
    }

    private static AgentCell in(AgentState state) {
        AgentCell cell =
                new AgentCell(
                        new AgentId("aws-1"),
                        Assignments.SESSION,
                        AgentSpec.of("aws"),
                        Assignments.NOW,
                        idle -> {});
        if (state == AgentState.BUSY || state == AgentState.DRAINING) {
            cell.enter(AgentState.READY, Assignments.NOW);
        }
        if (state != AgentState.INITIALIZING) {
            cell.enter(state, Assignments.NOW);
        }
        return cell;
    }

    private static String draw() {
        StringBuilder text = new StringBuilder();
        text.append("# The life of an agent\n\n")
                .append("Drawn by `AgentStatesTest` from the table `AgentState.next`.\n\n")
                .append("```mermaid\nstateDiagram-v2\n    [*] --> INITIALIZING\n");
        for (AgentState from : AgentState.values()) {
            for (AgentState to : from.next()) {
                text.append("    ").append(from).append(" --> ").append(to).append('\n');
            }
            if (from.next().isEmpty()) {
                text.append("    ").append(from).append(" --> [*]\n");
            }
        }
        return text.append("```\n").toString();
    }
}
