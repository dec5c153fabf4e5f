package io.sirsi.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private long now;
    private final List<Long> waits = new ArrayList<>();
    private final TokenBucket bucket =
            new TokenBucket(
                    4,
                    () -> now,
                    nanos -> {
                        waits.add(nanos / 1_000_000);
                        now += nanos;
                    });

    @Test
    void lets_one_second_of_turns_through_at_once_and_then_one_each_quarter() throws Exception {
        for (int i = 0; i < 7; i++) {
            bucket.take();
        }

        assertThat(waits).containsExactly(250L, 250L, 250L);
    }

    @Test
    void saves_no_more_than_one_second_however_long_it_rests() throws Exception {
        now = 3_600_000_000_000L;
        for (int i = 0; i < 5; i++) {
            bucket.take();
        }

        assertThat(waits).containsExactly(250L);
    }

    @Test
    void makes_later_ones_wait_for_what_was_taken_without_waiting() throws Exception {
        for (int i = 0; i < 6; i++) {
            bucket.charge();
        }
        bucket.take();

        assertThat(waits).containsExactly(750L);
    }
}
