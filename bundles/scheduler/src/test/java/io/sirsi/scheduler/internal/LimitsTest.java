package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    private static final long START = Long.MAX_VALUE - 7; // a clock that soon wraps around
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static Gate gate(String rule, String... keys) {
        return Limits.parse(List.of(rule)).gate(List.of(keys));
    }

    private static int startsAt(Gate gate, long now) {
        int starts = 0;
        while (gate.tryAcquire(now)) {
            starts++;
        }
        return starts;
    }

    // Rules and keys

    @ParameterizedTest
    @CsvSource({
        "aws/1/eu,       aws/1/eu,     aws/1/eu",
        "aws/1/eu,       aws/1/eu/ec2,",
        "aws/1/eu,       aws/1/e,",
        "aws/1/eu,       aws/1,",
        "aws/*,          aws/1,        aws/1",
        "aws/*,          aws/1/eu,",
        "aws/*,          aws,",
        "aws/*/eu,       aws/1/eu,     aws/1/eu",
        "aws/*/eu,       aws/1/us,",
        "aws/**,         aws/1/eu,     aws",
        "aws/**,         aws,          aws",
        "aws/**,         awsome,",
        "aws/*/**,       aws/1/eu/ec2, aws/1",
        "aws/*/**,       aws/1,        aws/1",
        "aws/*/**,       aws,",
        "*,              aws,          aws",
        "*,              aws/1,",
        "**,             aws/1,        **",
    })
    void a_pattern_matches_part_by_part(String pattern, String key, String shared) {
        assertThat(LimitRule.parse(pattern + "=concurrency:1").sharedBy(key).orElse(null))
                .isEqualTo(shared);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aws | it is not KEY=LIMITS",
                "=rate:1/s | it is not KEY=LIMITS",
                "aws= | '' is not concurrency:N, rate:N/s (or /m, /h) or burst:N",
                "aws=speed:4 | 'speed:4' is not concurrency:N, rate:N/s (or /m, /h) or burst:N",
                "aws=concurrency:0 | 'concurrency:0' is not a number from 1 to 1000000",
                "aws=concurrency:-1 | 'concurrency:-1' is not a number from 1 to 1000000",
                "aws=concurrency:1000001 | 'concurrency:1000001' is not a number from 1 to 1000000",
                "aws=concurrency:99999999999 | 'concurrency:99999999999' is not a number from 1 to"
                        + " 1000000",
                "aws=concurrency | 'concurrency' is not a number from 1 to 1000000",
                "aws=rate:10 | 'rate:10' is not rate:N/s, rate:N/m or rate:N/h with a whole number N",
                "aws=rate:10/d | 'rate:10/d' is not rate:N/s, rate:N/m or rate:N/h with a whole number N",
                "aws=rate:1.5/s | 'rate:1.5/s' is not rate:N/s, rate:N/m or rate:N/h with a whole number N",
                "aws=rate:0/s | 'rate:0/s' is not a number from 1 to 1000000",
                "aws=burst:4 | 'burst:4' needs a rate",
                "aws=rate:1/s,rate:2/s | 'rate:2/s' comes a second time",
                "aws=concurrency:1,concurrency:2 | 'concurrency:2' comes a second time",
                "aws=rate:1/s,burst:1,burst:2 | 'burst:2' comes a second time",
                "aws/**/eu=rate:1/s | '**' stands for the rest of a key, so it is the last part",
                "aws//eu=rate:1/s | '' is no part of a key",
                "aws/e*=rate:1/s | 'e*' is no part of a key",
            })
    void nonsense_is_named_with_its_line(String line, String what) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.parse(List.of(line, "ok=rate:1/s")))
                .withMessage("limit '" + line + "' is wrong: " + what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=rate:1/s,burst:3,concurrency:2;b=concurrency:1",
                "a=rate:1/s, burst:3 , concurrency:2,b=concurrency:1",
                "a=rate:1/s;burst:3;concurrency:2;b=concurrency:1;",
                " a=rate:1/s,burst:3,;,concurrency:2,b=concurrency:1",
            })
    void rules_may_be_cut_at_any_comma(String lines) {
        Limits limits = Limits.parse(List.of(lines.split(";", -1)));
        assertThat(startsAt(limits.gate(List.of("a")), START)).isEqualTo(2);
        assertThat(limits.gate(List.of("a")).blocking(START).orElseThrow().rule())
                .isEqualTo("a=rate:1/s,burst:3,concurrency:2");
        assertThat(startsAt(limits.gate(List.of("b")), START)).isOne();
    }

    @Test
    void the_same_keys_cannot_be_limited_by_two_lines() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.parse(List.of("aws/*=rate:1/s", "aws/* = concurrency:1")))
                .withMessage(
                        "limit 'aws/* = concurrency:1' is wrong: another line limits 'aws/*'"
                                + " already");
    }

    @ParameterizedTest
    @CsvSource({"10/s, 10", "60/m, 1", "59/m, 1", "600/m, 10", "1/h, 1", "7200/h, 2"})
    void a_burst_is_what_the_rate_gives_in_a_second(String rate, int burst) {
        assertThat(startsAt(gate("k=rate:" + rate, "k"), START)).isEqualTo(burst);
    }

    @Test
    void without_a_rule_or_a_key_the_gate_is_open() {
        Limits limits = Limits.parse(List.of("", "aws/*=concurrency:1"));
        assertThat(limits.gate(List.of())).isSameAs(Gate.OPEN);
        assertThat(limits.gate(List.of("gcp/1"))).isSameAs(Gate.OPEN);
        assertThat(Limits.parse(List.of()).gate(List.of("aws/1"))).isSameAs(Gate.OPEN);
        for (int i = 0; i < 1_000; i++) {
            assertThat(Gate.OPEN.tryAcquire(i)).isTrue();
        }
        assertThat(Gate.OPEN.freeAt(7)).isEqualTo(7);
        assertThat(Gate.OPEN.blocking(7)).isEmpty();
        assertThat(Gate.OPEN.await("somebody", 7)).isFalse();
        Gate.OPEN.releaseAnd(waiter -> assertThat(waiter).isNull());
    }

    @Test
    void equal_keys_have_the_same_gate() {
        Limits limits = Limits.parse(List.of("aws/*=concurrency:1"));
        Gate gate = limits.gate(List.of("aws/1", "x"));
        assertThat(limits.gate(new ArrayList<>(List.of("aws/1", "x")))).isSameAs(gate);
        assertThat(limits.gate(List.of("aws/1"))).isNotSameAs(gate);
    }

    // Concurrency

    @Test
    void each_concrete_key_has_places_of_its_own() {
        Limits limits = Limits.parse(List.of("aws/*/eu=concurrency:2"));
        assertThat(startsAt(limits.gate(List.of("aws/1/eu")), START)).isEqualTo(2);
        assertThat(startsAt(limits.gate(List.of("aws/2/eu")), START)).isEqualTo(2);
    }

    @Test
    void all_keys_under_an_open_end_share_places() {
        Limits limits = Limits.parse(List.of("aws/*/**=concurrency:2"));
        assertThat(limits.gate(List.of("aws/1/eu")).tryAcquire(START)).isTrue();
        assertThat(limits.gate(List.of("aws/1/us/ec2")).tryAcquire(START)).isTrue();
        assertThat(limits.gate(List.of("aws/1/ap")).tryAcquire(START)).isFalse();
        assertThat(limits.gate(List.of("aws/2/ap")).tryAcquire(START)).isTrue();
    }

    @Test
    void a_task_takes_one_place_of_a_limit_that_two_of_its_keys_share() {
        Gate gate = gate("aws/*/**=concurrency:2", "aws/1/eu", "aws/1/us");
        assertThat(startsAt(gate, START)).isEqualTo(2);
    }

    @Test
    void takes_from_all_limits_or_from_none() {
        Limits limits = Limits.parse(List.of("a=concurrency:1,rate:1/h", "b=concurrency:1"));
        Gate both = limits.gate(List.of("a", "b"));
        Gate second = limits.gate(List.of("b"));
        assertThat(second.tryAcquire(START)).isTrue();
        assertThat(both.tryAcquire(START)).isFalse();
        second.release();
        assertThat(both.tryAcquire(START)).isTrue(); // the token of 'a' was still there
    }

    @Test
    void a_place_is_given_back_and_a_token_is_not() {
        Gate gate = gate("k=concurrency:1,rate:1/m,burst:2", "k");
        assertThat(gate.tryAcquire(START)).isTrue();
        assertThat(gate.tryAcquire(START)).isFalse();
        gate.release();
        assertThat(gate.tryAcquire(START)).isTrue();
        gate.release();
        assertThat(gate.tryAcquire(START)).isFalse();
    }

    @Test
    void one_that_did_not_start_gives_back_the_token_too() {
        Gate gate = gate("k=concurrency:1,rate:1/h", "k");
        assertThat(gate.tryAcquire(START)).isTrue();
        assertThat(gate.await("waiter", START)).isTrue();
        List<Object> woken = new ArrayList<>();
        gate.refundAnd(woken::add);
        assertThat(woken).containsExactly("waiter");
        assertThat(gate.tryAcquire(START)).isTrue();
    }

    @Test
    void more_releases_than_starts_are_our_own_mistake() {
        Gate gate = gate("k=concurrency:1", "k");
        assertThatIllegalStateException().isThrownBy(gate::release).withMessageContaining("'k'");
    }

    // Rate

    @Test
    void a_rate_lets_through_at_equal_distances_once_the_burst_is_spent() {
        Gate gate = gate("k=rate:3/s,burst:2", "k");
        assertThat(startsAt(gate, START)).isEqualTo(2);
        // A third of a second is no whole number of nanoseconds: rounded up each time, never
        // drifting.
        for (int i = 1; i <= 30_000; i++) {
            long due = START + (i * SECOND + 2) / 3;
            assertThat(gate.freeAt(due - 1)).isEqualTo(due);
            assertThat(gate.tryAcquire(due - 1)).isFalse();
            assertThat(gate.tryAcquire(due)).isTrue();
        }
    }

    @Test
    void a_long_pause_brings_no_more_than_the_burst() {
        Gate gate = gate("k=rate:1000000/s,burst:1000000", "k");
        assertThat(startsAt(gate, START)).isEqualTo(1_000_000);
        assertThat(startsAt(gate, START + TimeUnit.DAYS.toNanos(10_000))).isEqualTo(1_000_000);
    }

    @Test
    void a_clock_that_stands_still_or_goes_back_brings_nothing() {
        Gate gate = gate("k=rate:1/s", "k");
        assertThat(gate.tryAcquire(START)).isTrue();
        assertThat(gate.tryAcquire(START)).isFalse();
        assertThat(gate.tryAcquire(START - 10 * SECOND)).isFalse();
        assertThat(gate.tryAcquire(START + SECOND - 1)).isFalse();
        assertThat(gate.tryAcquire(START + SECOND)).isTrue();
    }

    // Waiting and explaining

    @Test
    void a_release_wakes_all_who_wait_the_longest_waiting_first_and_once() {
        Gate gate = gate("k=concurrency:1", "k");
        gate.tryAcquire(START);
        String twin = new String("first"); // equal, but somebody else
        for (Object waiter : List.of("first", "second", twin, "first", "third")) {
            assertThat(gate.await(waiter, START)).isTrue();
        }
        gate.leave("second");
        List<Object> woken = new ArrayList<>();
        gate.releaseAnd(woken::add);
        assertThat(woken).containsExactly("first", twin, "third");
        assertThat(woken.get(1)).isSameAs(twin);
        gate.tryAcquire(START);
        gate.releaseAnd(woken::add);
        assertThat(woken).hasSize(3);
    }

    @Test
    void one_who_waits_anew_when_woken_is_woken_by_the_next_release_only() {
        Gate gate = gate("k=concurrency:1", "k");
        gate.tryAcquire(START);
        gate.await("a", START);
        gate.await("b", START);
        List<Object> got = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            gate.releaseAnd(
                    waiter -> {
                        if (gate.tryAcquire(START)) {
                            got.add(waiter);
                        } else {
                            gate.await(waiter, START);
                        }
                    });
        }
        assertThat(got).containsExactly("a", "b");
    }

    @Test
    void nobody_waits_where_nothing_refuses() {
        Gate gate = gate("k=concurrency:1", "k");
        assertThat(gate.await("somebody", START)).isFalse();
        gate.tryAcquire(START);
        gate.releaseAnd(waiter -> assertThat(waiter).isNull());
    }

    @Test
    void a_full_limit_says_how_many_run_and_that_only_a_release_helps() {
        Gate gate = gate("aws/*=concurrency:1,rate:1/h,burst:5", "aws/1");
        gate.tryAcquire(START);
        assertThat(gate.freeAt(START)).isEqualTo(Long.MAX_VALUE);
        assertThat(gate.blocking(START))
                .contains(
                        new Gate.Block(
                                "aws/1",
                                "aws/*=concurrency:1,rate:1/h,burst:5",
                                false,
                                1,
                                1,
                                Long.MAX_VALUE));
    }

    @Test
    void a_spent_rate_says_when_it_lets_the_next_one_through() {
        Limits limits = Limits.parse(List.of("a=rate:60/m", "b=rate:30/m", "c=rate:2/s"));
        Gate gate = limits.gate(List.of("a", "b", "c"));
        gate.tryAcquire(START);
        long now = START + SECOND / 2;
        // Of several the slowest counts.
        assertThat(gate.freeAt(now)).isEqualTo(START + 2 * SECOND);
        assertThat(gate.blocking(now))
                .contains(new Gate.Block("b", "b=rate:30/m", true, 1, 30, 3 * SECOND / 2));
        assertThat(gate.blocking(START + 2 * SECOND)).isEmpty();
        assertThat(gate.freeAt(START + 2 * SECOND)).isEqualTo(START + 2 * SECOND);
    }

    // Without number

    @Test
    void idle_keys_are_forgotten_and_busy_ones_never() {
        Limits limits = Limits.parse(List.of("k/*=concurrency:1", "r/*=rate:1/h"));
        Gate busy = limits.gate(List.of("k/busy"));
        Gate spent = limits.gate(List.of("r/spent"));
        Gate idle = limits.gate(List.of("k/idle"));
        assertThat(busy.tryAcquire(START)).isTrue();
        assertThat(spent.tryAcquire(START)).isTrue();
        spent.release();
        for (int i = 0; i < 100_000; i++) {
            Gate passing = limits.gate(List.of("k/" + i));
            assertThat(passing.tryAcquire(START + i)).isTrue();
            passing.release();
            assertThat(limits.size()).isLessThan(2_100);
        }
        assertThat(limits.gate(List.of("k/busy")).tryAcquire(START)).isFalse();
        assertThat(limits.gate(List.of("r/spent")).tryAcquire(START)).isFalse();
        // A gate that was held meanwhile counts together with new ones.
        assertThat(idle.tryAcquire(START)).isTrue();
        assertThat(limits.gate(List.of("k/idle", "other")).tryAcquire(START)).isFalse();
    }

    @Test
    void a_key_whose_rate_has_recovered_is_forgotten() {
        Limits limits = Limits.parse(List.of("r/*=rate:1/s"));
        for (int i = 0; i < 20_000; i++) {
            Gate passing = limits.gate(List.of("r/" + i));
            assertThat(passing.tryAcquire(SECOND + i * SECOND / 100)).isTrue();
            passing.release();
            assertThat(limits.size()).isLessThan(1_100);
        }
    }

    // At random

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void never_more_run_than_allowed_and_the_rate_holds_in_every_window(long seed) {
        Random random = new Random(seed);
        Limits limits =
                Limits.parse(
                        List.of(
                                "aws/**=concurrency:9",
                                "aws/*/**=concurrency:4,rate:50/s,burst:7",
                                "aws/*/eu=rate:1200/m,burst:3"));
        record Running(List<String> keys, Gate gate) {}
        List<Running> running = new ArrayList<>();
        Map<String, Deque<Long>> starts = new HashMap<>();
        long now = START;
        int started = 0;
        int refused = 0;
        for (int step = 0; step < 50_000; step++) {
            now += random.nextInt(4_000_000);
            if (random.nextInt(3) == 0 && !running.isEmpty()) {
                running.remove(random.nextInt(running.size())).gate().release();
                continue;
            }
            List<String> keys =
                    List.of(
                            "aws/"
                                    + random.nextInt(3)
                                    + List.of("/eu", "/us", "").get(random.nextInt(3)));
            Gate gate = limits.gate(keys);
            boolean free = gate.freeAt(now) == now;
            assertThat(gate.blocking(now).isEmpty()).isEqualTo(free);
            assertThat(gate.tryAcquire(now)).isEqualTo(free);
            if (!free) {
                refused++;
                continue;
            }
            started++;
            running.add(new Running(keys, gate));
            String account = keys.get(0).substring(0, 5);
            assertThat(running).hasSizeLessThanOrEqualTo(9);
            assertThat(running.stream().filter(one -> one.keys().get(0).startsWith(account)))
                    .hasSizeLessThanOrEqualTo(4);
            holds(starts.computeIfAbsent(account, key -> new ArrayDeque<>()), now, 50, 7);
            if (keys.get(0).endsWith("/eu")) {
                holds(starts.computeIfAbsent(keys.get(0), key -> new ArrayDeque<>()), now, 20, 3);
            }
        }
        assertThat(started).isGreaterThan(5_000);
        assertThat(refused).isGreaterThan(5_000);
    }

    /** In every window that ends now: the burst, and what the rate gave since. */
    private static void holds(Deque<Long> starts, long now, int perSecond, int burst) {
        starts.addLast(now);
        if (starts.size() > 200) {
            starts.removeFirst();
        }
        int count = starts.size();
        for (long start : starts) {
            double allowed = burst + (now - start) / 1e9 * perSecond + 1e-6;
            assertThat((double) count).isLessThanOrEqualTo(allowed);
            count--;
        }
    }

    @Test
    void a_wrong_rule_is_told_and_holds_as_the_strictest() {
        List<String> told = new ArrayList<>();
        Limits limits =
                Limits.cautious(
                        List.of(
                                "aws/*=concurency:9",
                                "=rate:1/s",
                                "gcp=concurrency:2",
                                "gcp=rate:1/s"),
                        told::add);
        assertThat(told).hasSize(3);
        assertThat(told.get(0)).contains("'concurency:9'", "runs one task at a time");
        assertThat(told.get(1)).contains("'=rate:1/s'", "does not hold for anything");
        assertThat(told.get(2)).contains("'gcp=rate:1/s' does not hold");
        Gate aws = limits.gate(List.of("aws/one"));
        assertThat(aws.tryAcquire(0)).isTrue();
        assertThat(aws.tryAcquire(0)).isFalse();
        Gate gcp = limits.gate(List.of("gcp"));
        assertThat(gcp.tryAcquire(0)).isTrue();
        assertThat(gcp.tryAcquire(0)).isTrue();
        assertThat(gcp.tryAcquire(0)).isFalse();
    }
}
