package io.sirsi.wasm.internal.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutcomeEnvelopeTest {

    private static final Duration RAN = Duration.ofMillis(12);

    private final TestGuest guest =
            TestGuest.with("secret:read:*").secrets(name -> Optional.of("1234\"x")).start();

    @AfterEach
    void stop() {
        guest.close();
    }

    @Test
    void a_success_has_its_output_digit_by_digit() {
        assertThat(read("{\"status\":\"succeeded\",\"output\":{\"n\":1.10,\"m\":1e400}}"))
                .isEqualTo(
                        new TaskOutcome.Succeeded(RAN, Payload.json("{\"n\":1.10,\"m\":1E+400}")));
        assertThat(read("{\"status\":\"succeeded\"}"))
                .isEqualTo(new TaskOutcome.Succeeded(RAN, Payload.NONE));
    }

    @Test
    void a_failure_has_code_message_and_wait() {
        assertThat(
                        read(
                                "{\"status\":\"failed\",\"code\":\"THROTTLED\",\"message\":\"slow\","
                                        + "\"retryAfterMs\":5000}"))
                .isEqualTo(
                        new TaskOutcome.Failed(
                                RAN,
                                AgentFailure.throttled(
                                        "slow", Optional.of(Duration.ofSeconds(5)))));
    }

    @Test
    void a_cancelled_one_says_why() {
        assertThat(read("{\"status\":\"cancelled\",\"message\":\"asked\\nto stop\"}"))
                .isEqualTo(new TaskOutcome.Cancelled(RAN, "asked to stop"));
    }

    @Test
    void a_secret_in_it_is_made_unreadable() throws Exception {
        guest.call("secret", "{\"name\":\"a\"}");

        assertThat(read("{\"status\":\"succeeded\",\"output\":[\"is 1234\\\"x\",12345]}"))
                .isEqualTo(new TaskOutcome.Succeeded(RAN, Payload.json("[\"is [secret]\",12345]")));
        assertThat(
                        read(
                                "{\"status\":\"failed\",\"code\":\"INVALID\","
                                        + "\"message\":\"1234\\\"x?\"}"))
                .isEqualTo(new TaskOutcome.Failed(RAN, AgentFailure.of(Code.INVALID, "[secret]?")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"succeeded\"",
                "{}",
                "{\"status\":1}",
                "{\"status\":\"SUCCEEDED\"}",
                "{\"status\":\"running\"}",
                "{\"status\":\"succeeded\",\"outputs\":1}",
                "{\"status\":\"succeeded\",\"status\":\"failed\"}",
                "{\"status\":\"succeeded\"} x",
                "{\"status\":\"succeeded\"}{}",
                "{\"status\":\"succeeded\",\"output\":NaN}",
                "{\"status\":\"succeeded\",\"output\":01}",
                "{\"status\":\"succeeded\",\"output\":\"\\ud800\"}",
                "{\"status\":\"succeeded\",}",
                "{'status':'succeeded'}",
                "{\"status\":\"succeeded\" /* so */}",
                "\uFEFF{\"status\":\"succeeded\"}",
                "{\"status\":\"failed\"}",
                "{\"status\":\"failed\",\"code\":\"GONE\",\"message\":\"x\"}",
                "{\"status\":\"failed\",\"code\":\"unreachable\"}",
                "{\"status\":\"failed\",\"code\":7}",
                "{\"status\":\"failed\",\"code\":\"LIMIT\",\"retryAfterMs\":-1}",
                "{\"status\":\"failed\",\"code\":\"LIMIT\",\"retryAfterMs\":1.5}",
                "{\"status\":\"failed\",\"code\":\"LIMIT\",\"retryAfterMs\":1e99}",
                "{\"status\":\"failed\",\"code\":\"LIMIT\",\"message\":{}}",
                "{\"status\":\"cancelled\",\"message\":[]}",
                "{\"status\":\"cancelled\",\"code\":\"LIMIT\"}",
            })
    void whatever_else_is_a_failure_with_a_sentence(String outcome) {
        assertThat(read(outcome)).isInstanceOf(TaskOutcome.Failed.class);
        AgentFailure failure = ((TaskOutcome.Failed) read(outcome)).failure();
        assertThat(failure.code()).isEqualTo(Code.INVALID);
        assertThat(failure.sentence()).contains(" ").hasSizeLessThan(300);
    }

    @Test
    void a_deep_one_is_refused() {
        assertThat(codeOf("{\"status\":\"succeeded\",\"output\":" + "[".repeat(500_000)))
                .isEqualTo(Code.INVALID);
        assertThat(
                        codeOf(
                                "{\"status\":\"succeeded\",\"output\":"
                                        + "{\"a\":".repeat(64)
                                        + "1"
                                        + "}".repeat(64)
                                        + "}"))
                .isEqualTo(Code.INVALID);
    }

    @Test
    void a_large_one_is_refused() {
        assertThat(codeOf(" ".repeat((1 << 20) + 1))).isEqualTo(Code.LIMIT);
        assertThat(codeOf("{\"status\":\"succeeded\",\"output\":[" + "[],".repeat(300_000) + "1]}"))
                .isEqualTo(Code.INVALID);
        assertThat(codeOf("{\"status\":\"succeeded\",\"output\":" + "9".repeat(100_000) + "}"))
                .isEqualTo(Code.INVALID);
    }

    @Test
    void garbage_always_gives_an_outcome() {
        Random random = new Random(20261122);
        for (int round = 0; round < 20_000; round++) {
            byte[] garbage = new byte[random.nextInt(64)];
            random.nextBytes(garbage);
            assertThat(OutcomeEnvelope.read(garbage, guest.task, RAN))
                    .isInstanceOf(TaskOutcome.Failed.class);
        }
    }

    @Test
    void a_damaged_outcome_always_gives_an_outcome() {
        Random random = new Random(7);
        byte[] whole =
                ("{\"status\":\"failed\",\"code\":\"UNREACHABLE\",\"message\":\"no \\u00e9 answer\","
                                + "\"retryAfterMs\":5000}")
                        .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 50_000; round++) {
            byte[] damaged = whole.clone();
            for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertThat(OutcomeEnvelope.read(damaged, guest.task, RAN)).isNotNull();
        }
    }

    private TaskOutcome read(String text) {
        return OutcomeEnvelope.read(text.getBytes(StandardCharsets.UTF_8), guest.task, RAN);
    }

    private Code codeOf(String text) {
        return ((TaskOutcome.Failed) read(text)).failure().code();
    }
}
