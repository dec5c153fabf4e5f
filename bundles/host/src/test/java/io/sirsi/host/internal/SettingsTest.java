package io.sirsi.host.internal;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 500, 85, 95, topProcesses in io.sirsi.host.cfg must be 1 to 1000; it is 0",
        "25, 2001, 85, 95, cpuIntervalMs in io.sirsi.host.cfg must be 50 to 2000; it is 2001",
        "25, 500, 0, 95, fileSystemFillingPercent in io.sirsi.host.cfg must be 1 to 100; it is 0",
        "25, 500, 85, 84, fileSystemFullPercent in io.sirsi.host.cfg must be 85 to 100; it is 84",
    })
    void a_value_out_of_range_is_refused_by_name(
            int top, int interval, int filling, int full, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Settings(top, interval, filling, full, false))
                .withMessage(sentence);
    }
}
