package io.sirsi.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void takes_the_median_of_all_and_the_p99_of_the_median_window() {
        Latencies latencies = new Latencies(300, 100);
        for (int i = 0; i < 300; i++) {
            // Three windows, of which one is a hundred times and one ten times as slow.
            long scale = i < 100 ? 100_000 : i < 200 ? 10_000 : 1_000;
            latencies.meant(i, i);
            latencies.began(i, i + (i % 100 + 1) * scale);
        }
        Figures figures = latencies.figures();
        assertThat(figures.get("best-p99")).isEqualTo(99);
        assertThat(figures.get("window-p99")).isEqualTo(990);
        // At most 460 µs are 100 of the third window, 46 of the second and 4 of the first.
        assertThat(figures.get("p50")).isEqualTo(460);
        assertThat(figures.get("p99")).isEqualTo(9_700);
    }
}
