package io.sirsi.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SessionLimitsTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void a_session_weighs_1_unless_it_says_otherwise() {
        assertThat(new SessionLimits(5, 5, HOUR).weight()).isEqualTo(1);
        assertThat(SessionLimits.DEFAULT.weighing(7))
                .isEqualTo(new SessionLimits(64, 10_000, Duration.ofHours(8), 7));
    }

    @Test
    void what_makes_no_sense_is_named() {
        assertThatThrownBy(() -> SessionLimits.DEFAULT.weighing(0))
                .hasMessage("weight must be 1 to 1000: 0");
        assertThatThrownBy(() -> SessionLimits.DEFAULT.weighing(1_001))
                .hasMessage("weight must be 1 to 1000: 1001");
        assertThatThrownBy(() -> new SessionLimits(0, 5, HOUR)).hasMessageContaining("maxAgents");
        assertThatThrownBy(() -> new SessionLimits(5, 10_000_001, HOUR))
                .hasMessage("maxTasks must be 1 to 10000000: 10000001");
        assertThatThrownBy(() -> new SessionLimits(5, 5, Duration.ofMillis(999)))
                .hasMessageContaining("PT0.999S");
    }
}
