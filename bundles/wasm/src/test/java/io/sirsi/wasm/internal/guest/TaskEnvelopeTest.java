package io.sirsi.wasm.internal.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.FakeAgentContext;
import io.sirsi.spi.agent.FakeAuthority;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TaskEnvelopeTest {

    private static final TaskSpec SPEC =
            TaskSpec.of("tag-audit").timeout(Duration.ofSeconds(5)).label("team", "ops");

    @Test
    void a_task_is_written_as_the_interface_says() throws Exception {
        AgentSpec agent = AgentSpec.of("tag-audit").setting("requiredTags", "owner");
        FakeTaskContext context =
                new FakeTaskContext(SPEC.input(Payload.json("{\"scan\":\"latest\"}")))
                        .resumingFrom("page-7");

        String json = write(guest(agent), context);

        assertThat(json)
                .isEqualTo(
                        "{\"abi\":1,\"task\":{\"id\":\"t-00000000000000000000000000\","
                                + "\"type\":\"tag-audit\",\"attempt\":1,\"remainingMs\":4993,"
                                + "\"input\":{\"scan\":\"latest\"},\"labels\":{\"team\":\"ops\"},"
                                + "\"resumeToken\":\"page-7\"},"
                                + "\"agent\":{\"id\":\"agent-under-test\",\"type\":\"tag-audit\","
                                + "\"session\":\"s-00000000000000000000000000\"},"
                                + "\"config\":{\"requiredTags\":\"owner\"}}");
    }

    @Test
    void named_values_become_an_object_of_strings_and_other_text_a_string() throws Exception {
        Guest guest = guest(AgentSpec.of("tag-audit"));
        assertThat(write(guest, input(Payload.fields(Map.of("b", "2", "a", "1 &\"")))))
                .contains("\"input\":{\"a\":\"1 &\\\"\",\"b\":\"2\"}");
        assertThat(write(guest, input(Payload.NONE))).contains("\"input\":{}");
        assertThat(write(guest, input(new Payload("text/csv", "a,b\n"))))
                .contains("\"input\":\"a,b\\n\"");
        assertThat(write(guest, input(new Payload("application/x+json; v=1", "[1]"))))
                .contains("\"input\":[1]");
    }

    @Test
    void what_is_called_json_and_is_not_fails_before_the_guest_runs() {
        Guest guest = guest(AgentSpec.of("tag-audit"));
        assertThatThrownBy(() -> write(guest, input(Payload.json("{\"password\":hunter2}"))))
                .isInstanceOf(AgentFailureException.class)
                .hasMessageContaining("the task's input is not JSON")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> write(guest, input(new Payload(Payload.FIELDS, "a=%zz"))))
                .isInstanceOf(AgentFailureException.class);
    }

    @Test
    void a_trial_has_an_agent_and_a_session_of_the_usual_shape() throws Exception {
        Guest trial =
                new Guest(
                        new AgentType("tag-audit"),
                        Optional.empty(),
                        new FakeAuthority(),
                        Map.of(),
                        GuestLimits.DEFAULTS);
        assertThat(write(trial, new FakeTaskContext(SPEC)))
                .contains(
                        "\"agent\":{\"id\":\"trial\",\"type\":\"tag-audit\","
                                + "\"session\":\"s-00000000000000000000000000\"}");
    }

    private static FakeTaskContext input(Payload input) {
        return new FakeTaskContext(SPEC.input(input));
    }

    private static Guest guest(AgentSpec spec) {
        return Guest.of(new FakeAgentContext(spec), new FakeAuthority(), GuestLimits.DEFAULTS);
    }

    private static String write(Guest guest, FakeTaskContext context) throws AgentFailureException {
        return new String(
                TaskEnvelope.write(GuestTask.reactor(guest, context, new ManualTime())),
                StandardCharsets.UTF_8);
    }
}
