package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LockoutTest {

    private final ManualNanos nanos = new ManualNanos();
    private final Lockout lockout =
            new Lockout(5, Duration.ofSeconds(30), Duration.ofMinutes(15), 100, nanos);

    private void fail(String name, int times) {
        for (int i = 0; i < times; i++) {
            lockout.failed(name);
        }
    }

    @Test
    void locks_at_the_fifth_failure_and_not_before() {
        fail("eve", 4);
        assertThat(lockout.isLocked("eve")).isFalse();
        assertThat(lockout.failed("eve")).isEqualTo(Duration.ofSeconds(30));
        assertThat(lockout.isLocked("eve")).isTrue();
        assertThat(lockout.isLocked("bob")).isFalse();
    }

    @Test
    void opens_when_the_wait_is_over_to_the_nanosecond() {
        fail("eve", 5);
        nanos.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(lockout.isLocked("eve")).isTrue();
        nanos.advance(Duration.ofNanos(1));
        assertThat(lockout.isLocked("eve")).isFalse();
    }

    @Test
    void doubles_with_each_further_failure_up_to_the_longest() {
        fail("eve", 4);
        long[] expected = {30, 60, 120, 240, 480, 900, 900};
        for (long seconds : expected) {
            assertThat(lockout.failed("eve")).isEqualTo(Duration.ofSeconds(seconds));
            nanos.advance(Duration.ofSeconds(seconds));
            assertThat(lockout.isLocked("eve")).isFalse();
        }
        for (int i = 0; i < 2_000; i++) {
            assertThat(lockout.failed("eve")).isEqualTo(Duration.ofMinutes(15));
        }
    }

    @Test
    void forgets_after_a_success() {
        fail("eve", 7);
        lockout.succeeded("eve");
        assertThat(lockout.isLocked("eve")).isFalse();
        assertThat(lockout.failed("eve")).isZero();
    }

    @Test
    void forgets_after_a_long_quiet_time() {
        fail("eve", 4);
        nanos.advance(Duration.ofMinutes(15));
        assertThat(lockout.failed("eve")).isZero();
        fail("eve", 3);
        nanos.advance(Duration.ofSeconds(899));
        assertThat(lockout.failed("eve")).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void remembers_a_bounded_number_of_names_the_newest() {
        fail("eve", 5);
        for (int i = 0; i < 99; i++) {
            lockout.failed("name" + i);
        }
        assertThat(lockout.size()).isEqualTo(100);
        assertThat(lockout.isLocked("eve")).isTrue();
        lockout.failed("one more");
        assertThat(lockout.size()).isEqualTo(100);
        assertThat(lockout.isLocked("eve")).isFalse();
    }

    @Test
    void refuses_a_configuration_that_would_never_lock() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lockout(0, second, second, 1, nanos));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lockout(5, Duration.ZERO, second, 1, nanos));
    }
}
