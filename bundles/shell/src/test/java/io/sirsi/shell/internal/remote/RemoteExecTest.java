package io.sirsi.shell.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RemoteExecTest {

    @ParameterizedTest
    @CsvSource({
        "help, *:help",
        "help task:submit-graph, task:submit-graph --help",
        "man task, *:help task",
        "' help', *:help"
    })
    void help_is_printed_without_a_pager_that_needs_a_terminal(String typed, String run) {
        assertThat(RemoteExec.unpaged(typed)).isEqualTo(run);
    }

    @Test
    void what_only_begins_like_help_is_left_alone() {
        assertThat(RemoteExec.unpaged("helpers:list help")).isEqualTo("helpers:list help");
        assertThat(RemoteExec.unpaged("task:list --label help=1"))
                .isEqualTo("task:list --label help=1");
    }
}
