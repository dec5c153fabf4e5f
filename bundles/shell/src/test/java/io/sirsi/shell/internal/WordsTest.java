package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.junit.jupiter.api.Test;

final class WordsTest {

    @Test
    void durations_are_read_as_people_type_them() {
        assertThat(Durations.parse("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(Durations.parse("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Durations.parse("15M")).isEqualTo(Duration.ofMinutes(15));
        assertThat(Durations.parse("8h")).isEqualTo(Duration.ofHours(8));
        assertThat(Durations.parse("2d")).isEqualTo(Duration.ofDays(2));
        assertThat(Durations.parse("PT1H")).isEqualTo(Duration.ofHours(1));
        assertThatThrownBy(() -> Durations.parse("soon")).hasMessageContaining("'soon'");
    }

    @Test
    void durations_are_told_in_two_units_at_most() {
        assertThat(Text.duration(Duration.ofMillis(412))).isEqualTo("412 ms");
        assertThat(Text.duration(Duration.ofMillis(3_240))).isEqualTo("3.2 s");
        assertThat(Text.duration(Duration.ofSeconds(312))).isEqualTo("5m 12s");
        assertThat(Text.duration(Duration.ofMinutes(184))).isEqualTo("3h 4m");
        assertThat(Text.duration(Duration.ofHours(49))).isEqualTo("2d 1h");
    }

    @Test
    void text_from_outside_cannot_steer_a_terminal() {
        assertThat(Text.of("a\u001b[31mred\r\nb\u202ec")).isEqualTo("a?[31mred??b?c");
    }

    @Test
    void the_caller_is_the_user_of_the_login_and_no_role() {
        Subject subject =
                new Subject(
                        true,
                        Set.<Principal>of(new RolePrincipal("admin"), new UserPrincipal("eve")),
                        Set.of(),
                        Set.of());

        assertThat(Callers.of(subject)).hasToString("eve@shell");
        assertThat(Callers.of(new Subject())).hasToString("anonymous@shell");
        assertThat(Callers.of(null)).hasToString("anonymous@shell");
    }

    @Test
    void agents_are_drawn_below_their_parents() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AgentTree.print(
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                List.of(
                        agent("root", AgentSpec.of("aws")),
                        agent("leaf", AgentSpec.of("aws").under(new AgentId("root"))),
                        agent("orphan", AgentSpec.of("aws").under(new AgentId("gone")))));

        assertThat(
                        bytes.toString(StandardCharsets.UTF_8)
                                .lines()
                                .map(line -> line.split("  ", -1)[0]))
                .containsExactly("root", "+- leaf", "orphan");
    }

    @Test
    void states_are_those_of_the_sealed_type() {
        assertThat(TaskStateNames.all())
                .containsExactlyInAnyOrder(
                        "Blocked",
                        "Ready",
                        "Running",
                        "RetryWait",
                        "Succeeded",
                        "Failed",
                        "Cancelled",
                        "TimedOut",
                        "Quarantined",
                        "Unknown");
    }

    private static AgentSnapshot agent(String id, AgentSpec spec) {
        return new AgentSnapshot(
                new AgentId(id),
                new SessionId("s-0123456789abcdefghjkmnpqrs"),
                spec,
                AgentState.READY,
                Instant.EPOCH);
    }
}
