package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {

    @ParameterizedTest
    @ValueSource(strings = {"--json", "/tmp/report.html", "team=blue", "a@b:1,2", "t-01"})
    void a_word_that_means_nothing_to_the_shell_stays_as_it_is(String word) {
        assertThat(ShellWord.quote(word)).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "my report.html",
                "",
                "$HOME",
                "a;b|c&d",
                "`date`",
                "{1,2}",
                "{\"b\":[1,{\"c\":2}]}",
                "a\nb",
                "~",
                "*"
            })
    void a_word_that_could_mean_something_is_in_single_quotes(String word) {
        assertThat(ShellWord.quote(word)).isEqualTo("'" + word + "'");
    }

    @Test
    void a_backslash_and_a_single_quote_stand_between_two_quoted_parts() {
        assertThat(ShellWord.quote("it's")).isEqualTo("'it'\\''s'");
        assertThat(ShellWord.quote("a\\u00zz\\")).isEqualTo("'a'\\\\'u00zz'\\\\''");
    }
}
