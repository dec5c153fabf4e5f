package io.sirsi.wasm.internal.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class GuestLimitsTest {

    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (\\d+) \\| .*");

    @Test
    void names_and_defaults_are_those_of_the_interface() throws IOException {
        String page = Files.readString(Path.of("ABI.md"));
        Map<String, Long> written = new LinkedHashMap<>();
        page.substring(page.indexOf("## Limits"), page.indexOf("## Admission"))
                .lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .forEach(row -> written.put(row.group(1), Long.valueOf(row.group(2))));

        assertThat(written).hasSize(10).isEqualTo(GuestLimits.DEFAULTS.byKey());
    }

    @Test
    void a_limit_is_replaced_by_name() {
        GuestLimits limits = GuestLimits.of(Map.of("deadlineMs", 5L));
        assertThat(limits.deadline()).hasMillis(5);
        assertThat(limits.get(GuestLimits.Name.EVENTS)).isEqualTo(100);
        assertThat(GuestLimits.of(limits.byKey())).isEqualTo(limits);
    }

    @Test
    void an_unknown_limit_or_a_value_out_of_range_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GuestLimits.of(Map.of("pages", 1L)))
                .withMessage("not a limit: 'pages'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GuestLimits.of(Map.of("memoryPages", 65_537L)))
                .withMessage("memoryPages must be 1 to 65536: 65537");
        assertThatIllegalArgumentException().isThrownBy(() -> GuestLimits.of(Map.of("events", 0L)));
    }
}
