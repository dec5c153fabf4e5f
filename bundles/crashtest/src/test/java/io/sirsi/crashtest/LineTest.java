package io.sirsi.crashtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {

    @Test
    void reads_back_what_it_wrote() {
        String awkward = "a \"quoted\" \\ line\nand\ttab \u0001 ü";
        Line line = Line.of("ack").with("task", "t-1").with("at", -42).with("text", awkward);

        Line read = Line.parse(line.toString());

        assertThat(read.event()).isEqualTo("ack");
        assertThat(read.text("task")).isEqualTo("t-1");
        assertThat(read.number("at")).isEqualTo(-42);
        assertThat(read.text("text")).isEqualTo(awkward);
        assertThat(read.toString()).isEqualTo(line.toString()).doesNotContain("\n");
    }

    @Test
    void has_nothing_where_there_is_no_field() {
        Line line = Line.of("ack");

        assertThat(line.text("task")).isEmpty();
        assertThat(line.number("at")).isZero();
        assertThat(line.has("task")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{\"e\":", "{\"e\":\"a", "{\"e\":\"a\"", "{\"e\":\"a\"}x", "[]"})
    void half_a_line_is_none(String half) {
        assertThatThrownBy(() -> Line.parse(half)).isInstanceOf(IllegalArgumentException.class);
    }
}
