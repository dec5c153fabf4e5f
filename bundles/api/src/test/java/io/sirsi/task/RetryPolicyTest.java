package io.sirsi.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {

    @Test
    void doubles_the_wait_up_to_the_longest() {
        RetryPolicy policy = new RetryPolicy(9, Duration.ofSeconds(1), Duration.ofSeconds(5));

        assertThat(policy.ceilingAfter(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.ceilingAfter(2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.ceilingAfter(3)).isEqualTo(Duration.ofSeconds(4));
        assertThat(policy.ceilingAfter(4)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void never_shrinks_or_overflows() {
        for (RetryPolicy policy :
                new RetryPolicy[] {
                    RetryPolicy.DEFAULT,
                    RetryPolicy.NONE,
                    new RetryPolicy(100, Duration.ofNanos(1), Duration.ofDays(31)),
                    new RetryPolicy(100, Duration.ofDays(31), Duration.ofDays(31)),
                }) {
            Duration last = Duration.ZERO;
            for (int attempt = 1; attempt <= 100; attempt++) {
                Duration ceiling = policy.ceilingAfter(attempt);
                assertThat(ceiling).isGreaterThanOrEqualTo(last);
                assertThat(ceiling).isLessThanOrEqualTo(policy.maxDelay());
                last = ceiling;
            }
        }
    }

    @Test
    void refuses_numbers_that_make_no_sense() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(0, second, second))
                .withMessageContaining(": 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(101, second, second))
                .withMessageContaining(": 101");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(1, second.negated(), second));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(1, second, Duration.ofMillis(999)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(1, second, Duration.ofSeconds(Long.MAX_VALUE)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.DEFAULT.ceilingAfter(0))
                .withMessageContaining(": 0");
    }
}
