package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.task.TaskId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void finds_ids_of_pages_as_a_map_does() {
        PagedIds ids = new PagedIds(new SeededIds(new Random(4)));
        OffsetTable table = new OffsetTable();
        Map<TaskId, Integer> map = new HashMap<>();
        for (int i = 1; i <= 50_000; i++) {
            ids.next();
            table.put(ids.high(), ids.low(), i);
            map.put(TaskId.of(ids.high(), ids.low()), i);
            assertThat(table.get(ids.high(), ids.low() ^ 64)).isZero();
        }
        assertThat(table.size()).isEqualTo(map.size());
        map.forEach((id, offset) -> assertThat(table.get(id.high(), id.low())).isEqualTo(offset));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 31, 32, 1_000, 100_000})
    void sorts_as_a_plain_sort_does(int count) {
        Random random = new Random(count);
        PagedIds ids = new PagedIds(new SeededIds(random));
        OffsetTable table = new OffsetTable();
        List<OffsetTable.Entry> expected = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            ids.next();
            // Some upper halves are alike and small, as those of ids that nobody drew.
            long high = i % 3 == 0 ? i % 7 - 3 : ids.high();
            long low = i % 3 == 0 ? i - count / 2 : ids.low();
            table.put(high, low, i);
            expected.add(new OffsetTable.Entry(high, low, i));
        }
        expected.sort(
                (one, other) -> {
                    int upper = Long.compareUnsigned(one.high(), other.high());
                    return upper != 0 ? upper : Long.compareUnsigned(one.low(), other.low());
                });
        assertThat(table.sorted()).containsExactlyElementsOf(expected);
    }

    @Test
    void values_that_all_want_one_place_find_others_when_the_rows_are_full_there() {
        OffsetTable table = new OffsetTable();
        int count = 1_000;
        for (int i = 1; i <= count; i++) {
            table.put(i % 2, 64L * i + 5, i);
        }
        assertThat(table.size()).isEqualTo(count);
        for (int i = 1; i <= count; i++) {
            assertThat(table.get(i % 2, 64L * i + 5)).isEqualTo(i);
        }
        assertThat(table.get(0, 5)).isZero();
        assertThat(table.get(2, 69)).isZero();
        assertThat(table.sorted()).hasSize(count).isSorted();
    }
}
