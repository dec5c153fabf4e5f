package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.task.TaskId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SecureIdsTest {

    /** Says which keys it gave. */
    private static final class KnownKeys extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final transient List<byte[]> given = new ArrayList<>();
        private final transient Random random = new Random(1);

        @Override
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
            given.add(bytes.clone());
        }
    }

    private static TaskId draw(IdSource ids) {
        ids.next();
        return TaskId.of(ids.high(), ids.low());
    }

    @Test
    void a_million_ids_differ() {
        IdSource ids = new SecureIds(new SecureRandom());
        Set<TaskId> seen = new HashSet<>(2_000_000);
        for (int i = 0; i < 1_000_000; i++) {
            assertThat(seen.add(draw(ids))).isTrue();
        }
    }

    @Test
    void every_bit_is_set_in_half_of_them_and_no_bit_tells_another() {
        IdSource ids = new SecureIds(new SecureRandom());
        int draws = 1_000_000;
        int[] set = new int[128];
        int[] likeTheNext = new int[128];
        int[] bytes = new int[256];
        long lastHigh = 0;
        long lastLow = 0;
        for (int i = 0; i < draws; i++) {
            ids.next();
            long[] halves = {ids.high(), ids.low()};
            long[] changes = {halves[0] ^ lastHigh, halves[1] ^ lastLow};
            for (int bit = 0; bit < 128; bit++) {
                set[bit] += (int) (halves[bit / 64] >>> bit) & 1;
                likeTheNext[bit] += (int) (changes[bit / 64] >>> bit) & 1;
            }
            bytes[(int) ids.low() & 255]++;
            lastHigh = halves[0];
            lastLow = halves[1];
        }
        // Seven standard deviations of 500: fails by chance once in a thousand million runs.
        for (int bit = 0; bit < 128; bit++) {
            assertThat(set[bit]).as("bit %s", bit).isBetween(496_500, 503_500);
            assertThat(likeTheNext[bit]).as("changes of bit %s", bit).isBetween(496_500, 503_500);
        }
        double chiSquare = 0;
        double expected = draws / 256.0;
        for (int count : bytes) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        assertThat(chiSquare).isBetween(255 - 7 * 22.6, 255 + 7 * 22.6);
    }

    @Test
    void is_the_keystream_of_aes_and_changes_its_key_in_time() throws Exception {
        KnownKeys keys = new KnownKeys();
        SecureIds ids = new SecureIds(keys, 2);
        List<TaskId> drawn = new ArrayList<>();
        for (int i = 0; i < 5 * 512; i++) {
            drawn.add(draw(ids));
        }
        assertThat(keys.given).hasSize(3);
        List<TaskId> expected = new ArrayList<>();
        for (byte[] key : keys.given) {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(new byte[16]));
            ByteBuffer stream = ByteBuffer.wrap(cipher.update(new byte[2 * 8 * 1_024]));
            while (stream.hasRemaining()) {
                expected.add(TaskId.of(stream.getLong(), stream.getLong()));
            }
        }
        assertThat(drawn).isEqualTo(expected.subList(0, drawn.size()));
    }

    @Test
    void an_id_stays_until_the_next_is_drawn() {
        SecureIds ids = new SecureIds(new SecureRandom());
        ids.next();
        TaskId first = TaskId.of(ids.high(), ids.low());
        assertThat(TaskId.of(ids.high(), ids.low())).isEqualTo(first);
        assertThat(draw(ids)).isNotEqualTo(first);
    }

    @Test
    void two_sources_have_nothing_in_common() {
        SecureRandom random = new SecureRandom();
        SecureIds one = new SecureIds(random);
        SecureIds other = new SecureIds(random);
        Set<TaskId> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.add(draw(one))).isTrue();
            assertThat(seen.add(draw(other))).isTrue();
        }
    }

    @Test
    void a_seeded_source_draws_the_same_each_time() {
        IdSource one = new SeededIds(new Random(5));
        IdSource other = new SeededIds(new Random(5));
        for (int i = 0; i < 100; i++) {
            assertThat(draw(one)).isEqualTo(draw(other));
        }
    }
}
