package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OffsetTableTest {

    @Test
    void behaves_as_a_map_does() {
        SplittableRandom random = new SplittableRandom(3);
        OffsetTable table = new OffsetTable();
        Map<Long, Integer> map = new HashMap<>();
        for (int i = 1; i < 50_000; i++) {
            long value = random.nextLong(20_000);
            table.put(value, -value, i);
            map.put(value, i);
        }

        assertThat(table.size()).isEqualTo(map.size());
        for (long value = 0; value < 20_000; value++) {
            assertThat(table.get(value, -value)).isEqualTo(map.getOrDefault(value, 0));
            assertThat(table.get(value, value + 1)).isZero();
        }
    }

    @Test
    void sorts_as_unsigned_numbers() {
        OffsetTable table = new OffsetTable();
        table.put(-1, 0, 1);
        table.put(0, -1, 2);
        table.put(0, 1, 3);
        table.put(1, 0, 4);

        assertThat(Arrays.stream(table.sorted()).mapToInt(OffsetTable.Entry::offset))
                .containsExactly(3, 2, 4, 1);
    }
}
