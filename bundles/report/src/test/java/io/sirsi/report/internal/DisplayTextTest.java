package io.sirsi.report.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DisplayTextTest {

    @Test
    void shows_what_is_not_seen_but_changes_what_is_seen() {
        assertThat(DisplayText.visible("invoice\u202Efdp.exe")).isEqualTo("invoice[U+202E]fdp.exe");
        assertThat(DisplayText.visible("a\u0000b\u200Bc\u2066d\uFEFF"))
                .isEqualTo("a[U+0000]b[U+200B]c[U+2066]d[U+FEFF]");
        assertThat(DisplayText.visible(HostileText.HALF_PAIR)).isEqualTo("half \uFFFD pair \uFFFD");
    }

    @Test
    void leaves_every_ordinary_text_alone() {
        for (String text :
                new String[] {
                    "",
                    "plain",
                    "Gr\u00FC\u00DFe \uD83D\uDE80",
                    "\u05E9\u05DC\u05D5\u05DD",
                    "a\tb\nc"
                }) {
            assertThat(DisplayText.visible(text)).isSameAs(text);
            assertThat(DisplayText.wellFormed(text)).isSameAs(text);
        }
    }

    @Test
    void says_bytes_in_a_unit_and_exactly() {
        assertThat(DisplayText.attribute("sizeBytes", "512110190592"))
                .isEqualTo("476.9 GiB (512110190592 bytes)");
        assertThat(DisplayText.attribute("sizeBytes", "1023")).isEqualTo("1023 bytes");
        assertThat(DisplayText.attribute("sizeBytes", "999999999999999999"))
                .isEqualTo("888.2 PiB (999999999999999999 bytes)");
        assertThat(DisplayText.attribute("sizeBytes", "many")).isEqualTo("many");
        assertThat(DisplayText.attribute("sizeBytes", "\u0661\u0662")).isEqualTo("\u0661\u0662");
        assertThat(DisplayText.attribute("count", "4096")).isEqualTo("4096");
    }

    @Test
    void says_how_long_in_the_units_that_matter() {
        assertThat(DisplayText.duration(Duration.ofMillis(-5))).isEqualTo("0 ms");
        assertThat(DisplayText.duration(Duration.ofMillis(999))).isEqualTo("999 ms");
        assertThat(DisplayText.duration(Duration.ofMillis(4_250))).isEqualTo("4.2 s");
        assertThat(DisplayText.duration(Duration.ofMillis(59_999))).isEqualTo("59.9 s");
        assertThat(DisplayText.duration(Duration.ofSeconds(72))).isEqualTo("1 min 12 s");
        assertThat(DisplayText.duration(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
    }

    @Test
    void counts_the_same_in_every_locale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(DisplayText.count(1)).isEqualTo("1");
            assertThat(DisplayText.count(1_234_567, "resource")).isEqualTo("1,234,567 resources");
            assertThat(DisplayText.count(1, "gap")).isEqualTo("1 gap");
            assertThat(DisplayText.attribute("sizeBytes", "2048"))
                    .isEqualTo("2.0 KiB (2048 bytes)");
            assertThat(DisplayText.visible("\u202E")).isEqualTo("[U+202E]");
        } finally {
            Locale.setDefault(before);
        }
    }
}
