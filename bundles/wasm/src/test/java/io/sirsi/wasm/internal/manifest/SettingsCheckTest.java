package io.sirsi.wasm.internal.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsCheckTest {

    private static final String SCHEMA =
            """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "owner": {"type": "string", "minLength": 2, "maxLength": 5},
                "days": {"type": "integer", "minimum": 1, "maximum": 30},
                "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
                "dry": {"type": "boolean"},
                "level": {"type": "string", "enum": ["low", "high"]}
              },
              "required": ["owner"]
            }
            """;

    private final SettingsCheck check = check(SCHEMA);

    @ParameterizedTest
    @CsvSource({
        "days, 1",
        "days, 30",
        "share, 1",
        "share, 0.25",
        "share, 1e-3",
        "dry, true",
        "dry, false",
        "level, low"
    })
    void a_text_is_read_as_the_type_that_is_declared(String name, String value) {
        assertThat(check.problems(Map.of("owner", "ada", name, value))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "days, x, setting 'days' must be of type integer",
        "days, 1.0, setting 'days' must be of type integer",
        "days, '', setting 'days' must be of type integer",
        "days, ' 1', setting 'days' must be of type integer",
        "days, 99999999999999999999, setting 'days' must be of type integer",
        "days, 31, '/days: must have a maximum value of 30, not 31'",
        "share, NaN, setting 'share' must be of type number",
        "share, 0x1p3, setting 'share' must be of type number",
        "share, 1e999, setting 'share' must be of type number",
        "share, 0, /share: must have an exclusive minimum value of 0",
        "dry, TRUE, setting 'dry' must be of type boolean",
        "level, medium, /level: does not have a value in the enumeration",
        "ower, x, there is no setting 'ower': did you mean 'owner'?",
        "colour, x, 'there is no setting ''colour'': there are owner, days'"
    })
    void what_is_wrong_has_a_sentence(String name, String value, String sentence) {
        assertThat(check.problems(Map.of("owner", "ada", name, value)))
                .singleElement()
                .asString()
                .contains(sentence);
    }

    @Test
    void what_is_required_is_missed() {
        assertThat(check.problems(Map.of()))
                .containsExactly("settings: required property 'owner' not found");
    }

    @Test
    void everything_that_is_wrong_is_said_in_order_of_name() {
        assertThat(check.problems(Map.of("owner", "ada", "dry", "?", "days", "?")))
                .containsExactly(
                        "setting 'days' must be of type integer, not '?'",
                        "setting 'dry' must be of type boolean, not '?'");
    }

    @Test
    void further_settings_are_taken_where_the_schema_says_so() {
        SettingsCheck open = check("{\"type\": \"object\", \"additionalProperties\": true}");

        assertThat(open.problems(Map.of("anything", "goes"))).isEmpty();
        assertThat(check("{\"type\": \"object\"}").problems(Map.of("anything", "goes")))
                .containsExactly("there is no setting 'anything': this agent has none");
    }

    @Test
    void names_of_strangers_are_shown_without_control_characters() {
        assertThat(check.problems(Map.of("owner", "ada", "a\u001b[31m\nb", "x")))
                .singleElement()
                .asString()
                .startsWith("there is no setting 'a [31m b'");
    }

    private static SettingsCheck check(String schema) {
        try {
            return SettingsCheck.of(new ObjectMapper().readTree(schema));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
