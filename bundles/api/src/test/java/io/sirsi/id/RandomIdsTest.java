package io.sirsi.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentType;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ScanId;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RandomIdsTest {

    @Test
    void writes_128_bits_in_26_characters_without_look_alikes() {
        assertThat(new RandomIds(constant(0)).next("t")).isEqualTo("t-" + "0".repeat(26));
        assertThat(new RandomIds(constant(-1)).next("t")).isEqualTo("t-" + "z".repeat(25) + "7");
        assertThat(new RandomIds(new SecureRandom()).next("scan"))
                .matches("scan-[0-9a-hjkmnp-tv-z]{26}");
    }

    @Test
    void uses_every_bit_it_draws() {
        Set<String> seen = new HashSet<>();
        for (int half = 0; half < 2; half++) {
            for (int bit = 0; bit < 64; bit++) {
                seen.add(new RandomIds(oneBit(half, bit)).next("t"));
            }
        }
        assertThat(seen).hasSize(128);
    }

    @Test
    void draws_what_the_types_of_ids_take() {
        RandomIds ids = new RandomIds(new Random(20261122));
        for (int i = 0; i < 1_000; i++) {
            assertThat(new ScanId(ids.next("scan")).toString()).startsWith("scan-");
            assertThat(new TaskId(ids.next("t")).toString()).startsWith("t-");
            assertThat(new SessionId(ids.next("s")).toString()).startsWith("s-");
            assertThat(new AgentId(ids.next("host")).toString()).startsWith("host-");
            assertThat(new AgentId(ids.next("a".repeat(36))).value()).hasSize(63);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "t-", "t-00000000000000000000000000\n", "../etc", "T-0", "7"})
    void no_type_of_id_takes_anything_else(String text) {
        assertRefused(text, ScanId::new);
        assertRefused(text, TaskId::new);
        assertRefused(text, SessionId::new);
        assertRefused(text, ResourceType::of);
        if (!text.equals("x") && !text.equals("t-")) {
            assertRefused(text, AgentId::new);
            assertRefused(text, AgentType::new);
        }
    }

    @Test
    void a_type_of_resource_knows_its_provider() {
        assertThat(ResourceType.of("host:disk").provider()).isEqualTo("host");
        assertThat(ResourceType.of("aws:ec2:instance").provider()).isEqualTo("aws");
        assertRefused("aws:ec2:instance:more", ResourceType::of);
        assertRefused("aws:", ResourceType::of);
    }

    private static void assertRefused(String text, Function<String, Object> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> type.apply(text))
                .withMessageContaining("'" + text + "'");
    }

    private static RandomGenerator constant(long bits) {
        return () -> bits;
    }

    private static RandomGenerator oneBit(int half, int bit) {
        int[] calls = {0};
        return () -> calls[0]++ == half ? 1L << bit : 0;
    }
}
