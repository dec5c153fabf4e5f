package io.sirsi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.bench.scenario.SchedulerScenarios.Effort;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void reads_what_was_asked_for() {
        Options options =
                Options.parse(
                        List.of(
                                "--rows",
                                "T1,d1-32",
                                "--rounds",
                                "5",
                                "--quick",
                                "--json",
                                "--report",
                                "r.md",
                                "--seed",
                                "9",
                                "--data",
                                "/tmp/x"));
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.effort()).isEqualTo(Effort.QUICK);
        assertThat(options.json()).isTrue();
        assertThat(options.report()).isEqualTo(Path.of("r.md"));
        assertThat(options.seed()).isEqualTo(9);
        assertThat(options.data()).isEqualTo(Path.of("/tmp/x"));
        assertThat(options.wants("T1")).isTrue();
        assertThat(options.wants("D1-32")).isTrue();
        assertThat(options.wants("D1-1")).isFalse();
    }

    @Test
    void wants_everything_in_seven_rounds_unless_told() {
        Options options = Options.parse(List.of());
        assertThat(options.rounds()).isEqualTo(7);
        assertThat(options.effort()).isEqualTo(Effort.FULL);
        assertThat(options.wants("D3")).isTrue();
    }

    @Test
    void refuses_what_it_does_not_know_in_one_sentence() {
        assertThatThrownBy(() -> Options.parse(List.of("--fast")))
                .hasMessage("'--fast' is no option; see ./sirsi bench --help.");
        assertThatThrownBy(() -> Options.parse(List.of("--rounds", "-1")))
                .hasMessage("--rounds needs a whole number above 0: '-1'");
        assertThatThrownBy(() -> Options.parse(List.of("--rows")))
                .hasMessage("--rows needs a value; see ./sirsi bench --help.");
    }
}
