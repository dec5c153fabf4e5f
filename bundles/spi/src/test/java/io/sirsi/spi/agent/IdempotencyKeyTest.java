package io.sirsi.spi.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {

    private static final SessionId SESSION = new SessionId("s-00000000000000000000000001");
    private static final TaskId TASK = new TaskId("t-00000000000000000000000001");

    @Test
    void a_step_has_the_same_key_for_ever() {
        // Reckoned by another program: if this changes, effects of running tasks are repeated.
        assertThat(IdempotencyKey.of(SESSION, TASK, "create-bucket"))
                .isEqualTo("8jgj4wfrzz9thxb66mn7a04td0f9bx6ttdkcgwb838hspskq0en0");
    }

    @Test
    void other_sessions_tasks_and_steps_have_other_keys() {
        Set<String> keys = new HashSet<>();
        for (int session = 0; session < 8; session++) {
            for (int task = 0; task < 8; task++) {
                for (String step : new String[] {"a", "b", "ab", "a\nb"}) {
                    keys.add(
                            IdempotencyKey.of(
                                    new SessionId("s-" + "0".repeat(25) + session),
                                    TaskId.of(0, task),
                                    step));
                }
            }
        }
        assertThat(keys).hasSize(8 * 8 * 4).allMatch(key -> key.matches("[0-9a-hjkmnp-tv-z]{52}"));
    }

    @Test
    void a_step_has_a_name_of_sensible_length() {
        assertThatThrownBy(() -> IdempotencyKey.of(SESSION, TASK, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0");
        assertThatThrownBy(() -> IdempotencyKey.of(SESSION, TASK, "x".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 201");
        assertThat(IdempotencyKey.of(SESSION, TASK, "x".repeat(200))).hasSize(52);
    }
}
