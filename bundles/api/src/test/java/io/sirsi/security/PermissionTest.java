package io.sirsi.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PermissionTest {

    private static final long SEED = 20261122;
    private static final String[] LETTERS = {"a", "b", "c"};

    @ParameterizedTest
    @CsvSource({
        "agent:spawn:aws, agent:spawn:aws, true",
        "agent:spawn:aws, agent:spawn:host, false",
        "agent:spawn, agent:spawn:aws, true",
        "agent:spawn:aws, agent:spawn, false",
        "agent:*:aws, agent:spawn:aws, true",
        "agent:*:aws, agent:spawn:host, false",
        "agent:*:aws, agent:spawn, false",
        "agent:spawn:*, agent:spawn, true",
        "agent:spawn:*:*, agent, false",
        "*, agent:terminate, true",
        "*, *, true",
        "agent, *, false",
        "agent:spawn, agent:*, false",
        "ec2:describe, ec2:describe-instances, false",
    })
    void implies_part_by_part(String mine, String other, boolean expected) {
        assertThat(Permission.of(mine).implies(Permission.of(other))).isEqualTo(expected);
    }

    /**
     * A permission stands for the requests without wildcards that it covers. One implies another
     * exactly if it covers all of the other's requests: the strongest statement there is, and
     * reflexivity and transitivity follow from it.
     */
    @Test
    void implies_is_inclusion_of_the_requests_that_are_covered() {
        List<Permission> requests = allRequests(4);
        Random random = new Random(SEED);
        int implied = 0;
        for (int i = 0; i < 5_000; i++) {
            Permission mine = draw(random);
            Permission other = draw(random);
            boolean included = requests.stream().filter(other::implies).allMatch(mine::implies);
            assertThat(mine.implies(other)).as("%s implies %s", mine, other).isEqualTo(included);
            implied += included ? 1 : 0;
        }
        assertThat(implied).as("pairs that say something").isBetween(500, 4_500);
    }

    @Test
    void implies_is_reflexive_and_transitive_and_topped_by_the_wildcard() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            Permission a = draw(random);
            Permission b = draw(random);
            Permission c = draw(random);
            assertThat(a.implies(a)).isTrue();
            assertThat(Permission.ALL.implies(a)).isTrue();
            if (a.implies(b) && b.implies(c)) {
                assertThat(a.implies(c)).as("%s, %s, %s", a, b, c).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                ":a",
                "a::b",
                "a b",
                "A",
                "a,b",
                "ec2:Describe*",
                "a:b*",
                "**",
                "a:b:c:d:e:f:g",
                "a\n",
                "ä",
                "a;b",
                "a/b"
            })
    void refuses_what_could_hide_another_permission(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Permission.of(text))
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void takes_parts_of_up_to_64_characters_and_up_to_six_of_them() {
        String longest = "x".repeat(64);

        assertThat(Permission.of(longest + ":*:1:_:-:.").parts())
                .containsExactly(longest, "*", "1", "_", "-", ".");
        assertThatIllegalArgumentException().isThrownBy(() -> Permission.of(longest + "x"));
    }

    @Test
    void is_ordered_by_its_text() {
        assertThat(new TreeSet<>(List.of(Permission.of("b"), Permission.of("a:z"), Permission.ALL)))
                .extracting(Permission::toString)
                .containsExactly("*", "a:z", "b");
    }

    private static Permission draw(Random random) {
        List<String> parts = new ArrayList<>();
        int length = 1 + random.nextInt(3);
        for (int i = 0; i < length; i++) {
            parts.add(random.nextInt(3) == 0 ? "*" : LETTERS[random.nextInt(2)]);
        }
        return Permission.of(String.join(":", parts));
    }

    /** All requests of up to so many parts, with one letter that no drawn permission has. */
    private static List<Permission> allRequests(int parts) {
        List<String> all = new ArrayList<>();
        List<String> last = List.of("");
        for (int i = 0; i < parts; i++) {
            List<String> next = new ArrayList<>();
            for (String begin : last) {
                for (String letter : LETTERS) {
                    next.add(begin.isEmpty() ? letter : begin + ":" + letter);
                }
            }
            all.addAll(next);
            last = next;
        }
        return all.stream().map(Permission::of).toList();
    }
}
