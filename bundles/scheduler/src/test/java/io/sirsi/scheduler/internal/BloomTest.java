package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BloomTest {

    @Test
    void knows_all_that_were_added_and_takes_few_others_for_them() {
        for (int values : new int[] {1, 50, 1_000, 65_536}) {
            Bloom bloom = new Bloom(values);
            for (int i = 0; i < values; i++) {
                bloom.add(0, i); // not random at all, which must not matter
            }
            ByteBuffer bytes = ByteBuffer.allocate(Bloom.bytes(values));
            bloom.write(bytes);
            Bloom read = Bloom.read(values, bytes.flip());
            for (int i = 0; i < values; i++) {
                assertThat(read.mayContain(0, i)).isTrue();
            }
            SplittableRandom random = new SplittableRandom(values);
            int wrong = 0;
            for (int i = 0; i < 20_000; i++) {
                wrong += read.mayContain(random.nextLong(), random.nextLong()) ? 1 : 0;
                wrong += read.mayContain(0, values + i) ? 1 : 0;
            }
            assertThat(wrong).as("of 40,000 with %d values", values).isLessThan(1_000);
        }
    }

    @Test
    void one_of_nothing_contains_nothing() {
        assertThat(new Bloom(0).mayContain(1, 2)).isFalse();
        assertThat(Bloom.bytes(0)).isZero();
    }

    @Test
    void takes_ten_bits_a_value() {
        assertThat(Bloom.bytes(65_536)).isEqualTo(65_536 * 10 / 8);
    }
}
