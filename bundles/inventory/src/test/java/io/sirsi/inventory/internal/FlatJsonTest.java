package io.sirsi.inventory.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatJsonTest {

    @Test
    void reads_any_layout_and_every_escape() {
        assertThat(FlatJson.read(" { \"a\" : \"\\u0041\\n\\/\\\"\" , \"b\":\"\" } "))
                .isEqualTo(Map.of("a", "A\n/\"", "b", ""));
        assertThat(FlatJson.read("{}")).isEmpty();
    }

    @Test
    void writes_names_in_order_and_replaces_half_a_character() {
        assertThat(FlatJson.write(Map.of("b", "\ud83d", "a", "\ud83d\ude80")))
                .isEqualTo("{\"a\":\"\ud83d\ude80\",\"b\":\"\ufffd\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"a\"}",
                "{\"a\":1}",
                "{\"a\":\"b\"}x",
                "{\"a\":\"\\u00\"}"
            })
    void refuses_what_is_no_object_of_strings(String text) {
        assertThatThrownBy(() -> FlatJson.read(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
