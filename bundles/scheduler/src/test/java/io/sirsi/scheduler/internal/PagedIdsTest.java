package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.task.TaskId;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PagedIdsTest {

    private static final int PAGE = 64;

    private final PagedIds ids = new PagedIds(new SeededIds(new Random(7)));

    @Test
    void sixty_four_share_their_upper_half_and_their_lowest_six_bits_count() {
        Set<Long> uppers = new HashSet<>();
        for (int page = 0; page < 100; page++) {
            ids.next();
            long upper = ids.high();
            assertThat(uppers.add(upper)).isTrue();
            Set<Long> own = new HashSet<>();
            for (int place = 0; place < PAGE; place++) {
                assertThat(ids.high()).isEqualTo(upper);
                assertThat(ids.low() & (PAGE - 1)).isEqualTo(place);
                assertThat(own.add(ids.low() >>> 6)).isTrue();
                if (place < PAGE - 1) {
                    ids.next();
                }
            }
        }
    }

    @Test
    void each_of_the_other_bits_is_set_in_about_half_of_all() {
        int count = 64 * 1_000;
        int[] lows = new int[Long.SIZE];
        int[] highs = new int[Long.SIZE];
        for (int i = 0; i < count; i++) {
            ids.next();
            for (int bit = 0; bit < Long.SIZE; bit++) {
                lows[bit] += (int) (ids.low() >>> bit & 1);
                highs[bit] += (int) (ids.high() >>> bit & 1);
            }
        }
        for (int bit = 0; bit < Long.SIZE; bit++) {
            assertThat(lows[bit]).as("bit %s", bit).isBetween(count * 48 / 100, count * 52 / 100);
            assertThat(highs[bit]).as("bit %s", bit).isBetween(count * 42 / 100, count * 58 / 100);
        }
    }

    @Test
    void none_comes_twice() {
        Set<TaskId> all = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            ids.next();
            assertThat(all.add(TaskId.of(ids.high(), ids.low()))).isTrue();
        }
    }
}
