package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellWordTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "--json,--json",
                "/tmp/report.html,/tmp/report.html",
                "my report.html,\"my report.html\"",
                "a\"b,\"a\\\"b\"",
                "$HOME,\"\\$HOME\"",
                "a;b,\"a;b\"",
                "a|b,\"a|b\"",
                "back\\slash,\"back\\\\slash\"",
                "``,\"\""
            })
    void a_word_is_read_as_it_was_meant(String word, String quoted) {
        assertThat(ShellWord.quote(word)).isEqualTo(quoted);
    }
}
