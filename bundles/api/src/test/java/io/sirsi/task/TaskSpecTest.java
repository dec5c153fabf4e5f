package io.sirsi.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TaskSpecTest {

    private static final TaskId PARENT = new TaskId("t-" + "0".repeat(26));

    @Test
    void keeps_each_wish() {
        TaskSpec spec =
                TaskSpec.of("infrastructure-scan")
                        .priority(Priority.EMERGENCY)
                        .after(PARENT)
                        .afterAnyEnd(PARENT)
                        .constraint(AgentConstraint.requireCapability("aws"))
                        .timeout(Duration.ofMinutes(30))
                        .queueTimeout(Duration.ofMinutes(1))
                        .retry(RetryPolicy.NONE)
                        .input(Payload.json("{}"))
                        .label("scan", "1")
                        .label("scan", "2")
                        .idempotencyKey("once")
                        .traceParent("00-1-2-01");

        assertThat(spec.type()).isEqualTo("infrastructure-scan");
        assertThat(spec.priority()).isEqualTo(Priority.EMERGENCY);
        assertThat(spec.dependencies())
                .containsExactly(
                        new Dependency(PARENT, Dependency.Condition.SUCCESS),
                        new Dependency(PARENT, Dependency.Condition.ANY_END));
        assertThat(spec.constraints()).containsExactly(AgentConstraint.requireCapability("aws"));
        assertThat(spec.timeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(spec.queueTimeout()).contains(Duration.ofMinutes(1));
        assertThat(spec.retry()).isEqualTo(RetryPolicy.NONE);
        assertThat(spec.input()).isEqualTo(Payload.json("{}"));
        assertThat(spec.labels()).containsExactly(java.util.Map.entry("scan", "2"));
        assertThat(spec.idempotencyKey()).contains("once");
        assertThat(spec.traceParent()).contains("00-1-2-01");
    }

    @Test
    void is_not_changed_by_a_wish() {
        TaskSpec plain = TaskSpec.of("scan");

        TaskSpec urgent = plain.priority(Priority.HIGH).label("a", "b");

        assertThat(plain).isEqualTo(TaskSpec.of("scan"));
        assertThat(plain.priority()).isEqualTo(Priority.NORMAL);
        assertThat(plain.labels()).isEmpty();
        assertThat(urgent).isNotEqualTo(plain);
        assertThat(urgent)
                .isEqualTo(TaskSpec.of("scan").label("a", "b").priority(Priority.HIGH))
                .hasSameHashCodeAs(TaskSpec.of("scan").label("a", "b").priority(Priority.HIGH));
    }

    @Test
    void hands_out_nothing_that_can_be_changed() {
        TaskSpec spec = TaskSpec.of("scan").label("a", "b").after(PARENT);

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> spec.labels().put("c", "d"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> spec.dependencies().clear());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Scan", "1scan", "a b", "a_b", "scan\n"})
    void refuses_a_type_of_another_shape(String type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskSpec.of(type))
                .withMessageContaining("'" + type + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "P31DT0.000000001S"})
    void refuses_a_time_limit_out_of_range(String text) {
        Duration timeout = Duration.parse(text);

        assertThatIllegalArgumentException().isThrownBy(() -> TaskSpec.of("a").timeout(timeout));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskSpec.of("a").queueTimeout(timeout));
    }

    @Test
    void refuses_an_idempotency_key_that_is_empty_long_or_not_printable_ascii() {
        assertThat(TaskSpec.of("a").idempotencyKey("k".repeat(64)).idempotencyKey()).isPresent();
        for (String key : new String[] {"", "k".repeat(65), "a b", "ä", "a\u0000", "\u007f"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TaskSpec.of("a").idempotencyKey(key));
        }
    }
}
