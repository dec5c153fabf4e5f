package io.sirsi.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PayloadTest {

    @Test
    void gives_back_the_fields_that_were_put_in() {
        Map<String, String> fields =
                Map.of("a", "1", "", "no name", "empty", "", "x=y&z", "a=b&c=d", "ü", "日本 \n+%");

        assertThat(Payload.fields(fields).fields()).isEqualTo(fields);
    }

    @Test
    void gives_back_any_fields() {
        Random random = new Random(20261122);
        for (int i = 0; i < 2_000; i++) {
            Map<String, String> fields = new TreeMap<>();
            for (int n = random.nextInt(5); n > 0; n--) {
                fields.put(draw(random), draw(random));
            }
            assertThat(Payload.fields(fields).fields()).isEqualTo(fields);
        }
    }

    @Test
    void writes_equal_fields_as_equal_text() {
        assertThat(Payload.fields(Map.of("b", "2", "a", "1", "c", "3")).text())
                .isEqualTo("a=1&b=2&c=3");
    }

    @Test
    void has_no_fields_when_it_is_nothing() {
        assertThat(Payload.NONE.fields()).isEmpty();
        assertThat(Payload.fields(Map.of())).isEqualTo(Payload.NONE);
    }

    @Test
    void has_no_fields_when_it_is_json() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Payload.json("{}").fields())
                .withMessageContaining(Payload.JSON);
    }

    @Test
    void refuses_text_that_is_too_long() {
        String longest = "x".repeat(Payload.MAX_LENGTH);

        assertThat(Payload.json(longest).text()).hasSize(Payload.MAX_LENGTH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Payload.json(longest + "x"))
                .withMessageContaining("1048577");
    }

    private static String draw(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(6); n > 0; n--) {
            int codePoint = random.nextInt(Character.MAX_CODE_POINT + 1);
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                text.appendCodePoint(random.nextBoolean() ? codePoint : codePoint % 128);
            }
        }
        return text.toString();
    }
}
