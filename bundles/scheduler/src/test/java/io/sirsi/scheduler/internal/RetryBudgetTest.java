package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {

    private static final long START = Long.MAX_VALUE - 7; // a clock that soon wraps around
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static int retriesAt(RetryBudget budget, long now) {
        int retries = 0;
        while (budget.tryRetry(now)) {
            retries++;
        }
        return retries;
    }

    @Test
    void allows_a_share_of_the_attempts_and_a_few_more() {
        RetryBudget budget = new RetryBudget(10, 3, START);
        for (int i = 0; i < 99; i++) {
            budget.attempted(START);
        }
        assertThat(retriesAt(budget, START)).isEqualTo(3 + 9);
        budget.attempted(START);
        assertThat(retriesAt(budget, START)).isOne();
    }

    @Test
    void a_dead_dependency_gets_a_tenth_more_calls_and_no_storm() {
        RetryBudget budget = new RetryBudget(10, 0, START);
        int calls = 0;
        long attempts = 0;
        for (long now = START; now - START < 600 * SECOND; now += SECOND / 100) {
            budget.attempted(now);
            attempts++;
            calls++;
            while (calls < 10 * attempts && budget.tryRetry(now)) {
                calls++;
            }
        }
        assertThat((double) calls).isBetween(1.05 * attempts, 1.1 * attempts);
    }

    @Test
    void says_when_old_retries_have_slid_out_of_the_window() {
        RetryBudget budget = new RetryBudget(10, 1, START);
        assertThat(budget.freeAt(START + SECOND)).isEqualTo(START + SECOND);
        assertThat(budget.tryRetry(START + SECOND)).isTrue();
        long free = budget.freeAt(START + 2 * SECOND);
        assertThat(free).isEqualTo(START + 60 * SECOND);
        assertThat(budget.tryRetry(free - 1)).isFalse();
        assertThat(budget.tryRetry(free)).isTrue();
    }

    @Test
    void attempts_slide_out_of_the_window_as_well() {
        RetryBudget budget = new RetryBudget(50, 0, START);
        budget.attempted(START);
        budget.attempted(START + 30 * SECOND);
        assertThat(budget.tryRetry(START + 30 * SECOND)).isTrue();
        // Without new attempts there never is another one: when the retry is gone they are, too.
        assertThat(budget.freeAt(START + 31 * SECOND)).isEqualTo(Long.MAX_VALUE);
        assertThat(budget.idle(START + 31 * SECOND)).isFalse();
        assertThat(budget.idle(START + 91 * SECOND)).isTrue();
        assertThat(budget.tryRetry(START + 91 * SECOND)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void what_it_says_about_when_is_true_at_random(long seed) {
        Random random = new Random(seed);
        RetryBudget budget = new RetryBudget(20, 2, START);
        Deque<Long> retries = new ArrayDeque<>();
        long now = START;
        for (int step = 0; step < 20_000; step++) {
            now += random.nextInt((int) SECOND);
            long free = budget.freeAt(now);
            if (random.nextInt(4) == 0) {
                budget.attempted(now);
            } else if (budget.tryRetry(now)) {
                assertThat(free).isEqualTo(now);
                retries.add(now);
            } else {
                assertThat(free - now).isBetween(1L, RetryBudget.WINDOW_NANOS);
                if (random.nextInt(50) == 0) {
                    assertThat(budget.tryRetry(free - 1)).isFalse();
                    assertThat(budget.tryRetry(free)).isTrue();
                    retries.add(free);
                    now = free;
                }
            }
        }
        assertThat(retries).hasSizeGreaterThan(500);
    }

    @Test
    void each_dependency_has_a_budget_of_its_own_and_idle_ones_are_forgotten() {
        RetryBudgets budgets = new RetryBudgets(10, 1);
        assertThat(budgets.of("aws/1", START).tryRetry(START)).isTrue();
        assertThat(budgets.of("aws/1", START).tryRetry(START)).isFalse();
        assertThat(budgets.of("aws/2", START).tryRetry(START)).isTrue();
        for (int i = 0; i < 10_000; i++) {
            long now = START + i * SECOND;
            budgets.of("key " + i, now).attempted(now);
            assertThat(budgets.size()).isLessThan(1_200);
        }
    }

    @Test
    void a_task_depends_on_its_first_limit_key_or_is_like_others_of_its_type() {
        assertThat(RetryBudgets.dependency(List.of("aws/1", "b"), "scan")).isEqualTo("aws/1");
        assertThat(RetryBudgets.dependency(List.of(), "scan")).isEqualTo("scan");
    }

    @Test
    void nonsense_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryBudgets(101, 1))
                .withMessage("a share of retries is 0 to 100 %: 101");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryBudgets(10, -1))
                .withMessage("a number of retries is 0 or more: -1");
    }
}
