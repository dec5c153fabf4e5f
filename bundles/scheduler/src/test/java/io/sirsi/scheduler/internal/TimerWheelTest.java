package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {

    private static final long TICK = 1L << 18;

    private static void nobody(TimerNode node) {
        throw new AssertionError("fired: " + node);
    }

    /** A timer with a name. */
    private static final class Named extends TimerNode {
        private final String name;

        private Named(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final TimerWheel wheel = new TimerWheel(-5);
    private final List<String> fired = new ArrayList<>();

    private Named arm(String name, long deadline) {
        Named node = new Named(name);
        wheel.arm(node, deadline);
        return node;
    }

    private void advance(long now) {
        wheel.advance(now, node -> fired.add(node.toString()));
    }

    @Test
    void fires_at_the_very_nanosecond_and_not_one_before() {
        for (long wait = 1; wait > 0; wait = wait * 7 + 3) {
            TimerWheel fresh = new TimerWheel(1_000);
            Named node = new Named("after " + wait);
            fresh.arm(node, 1_000 + wait);
            assertThat(fresh.nextDeadline()).isEqualTo(1_000 + wait);
            assertThat(fresh.advance(1_000 + wait - 1, TimerWheelTest::nobody)).isZero();
            assertThat(node.armed()).isTrue();
            assertThat(fresh.nextDeadline()).isEqualTo(1_000 + wait);
            assertThat(fresh.advance(1_000 + wait, due -> fired.add(due.toString()))).isOne();
            assertThat(node.armed()).isFalse();
            assertThat(fresh.size()).isZero();
        }
        assertThat(fired).hasSizeGreaterThan(20);
    }

    @Test
    void fires_in_order_however_late_it_is_called() {
        arm("days", TimeUnit.DAYS.toNanos(3));
        arm("seconds", TimeUnit.SECONDS.toNanos(70));
        arm("millisecond", TimeUnit.MILLISECONDS.toNanos(1));
        arm("years", TimeUnit.DAYS.toNanos(3_650));
        arm("seconds, a tick later", TimeUnit.SECONDS.toNanos(70) + TICK);
        advance(TimeUnit.DAYS.toNanos(20_000));
        assertThat(fired)
                .containsExactly(
                        "millisecond", "seconds", "seconds, a tick later", "days", "years");
    }

    @Test
    void what_is_past_already_fires_at_the_next_advance() {
        arm("long ago", -1_000_000);
        arm("now", -5);
        assertThat(wheel.nextDeadline()).isLessThanOrEqualTo(-5);
        advance(-5);
        assertThat(fired).containsExactly("long ago", "now");
    }

    @Test
    void an_armed_timer_is_moved() {
        Named node = arm("moved", 100);
        wheel.arm(node, 1_000_000_000);
        assertThat(wheel.size()).isOne();
        wheel.advance(999_999_999, TimerWheelTest::nobody);
        wheel.arm(node, 1_000_000_005);
        wheel.advance(1_000_000_004, TimerWheelTest::nobody);
        advance(1_000_000_005);
        assertThat(fired).containsExactly("moved");
    }

    @Test
    void a_cancelled_timer_never_fires_and_cancelling_again_does_nothing() {
        Named node = arm("cancelled", 100);
        wheel.cancel(node);
        wheel.cancel(node);
        wheel.cancel(new Named("never armed"));
        assertThat(wheel.size()).isZero();
        assertThat(wheel.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        wheel.advance(1_000, TimerWheelTest::nobody);
    }

    @Test
    void what_fires_may_cancel_one_that_is_due_and_arm_others() {
        Named victim = new Named("victim");
        Named again = new Named("again");
        wheel.arm(again, 10);
        wheel.arm(victim, 20_000_000);
        Consumer<TimerNode> due =
                node -> {
                    fired.add(node.toString());
                    wheel.cancel(victim);
                    wheel.arm(node, 15);
                };
        assertThat(wheel.advance(30_000_000, due)).isOne();
        assertThat(wheel.size()).isOne();
        // Once for each advance: one that arms itself for a time that is past stops nobody.
        assertThat(wheel.advance(30_000_000, due)).isOne();
        assertThat(fired).containsExactly("again", "again");
    }

    @Test
    void one_that_throws_keeps_no_other_from_firing() {
        arm("first", 10);
        arm("second", 20_000_000);
        arm("third", 30_000_000);
        assertThatThrownBy(
                        () ->
                                wheel.advance(
                                        40_000_000,
                                        node -> {
                                            throw new IllegalStateException(node.toString());
                                        }))
                .hasMessage("first");
        assertThat(wheel.size()).isEqualTo(2);
        assertThat(wheel.nextDeadline()).isLessThanOrEqualTo(40_000_000);
        advance(40_000_000);
        assertThat(fired).containsExactly("second", "third");
    }

    @Test
    void time_that_goes_back_fires_nothing_and_loses_nothing() {
        arm("later", 2_000);
        wheel.advance(1_000, TimerWheelTest::nobody);
        wheel.advance(-1_000_000, TimerWheelTest::nobody);
        wheel.advance(1_999, TimerWheelTest::nobody);
        advance(2_000);
        assertThat(fired).containsExactly("later");
    }

    @Test
    void readings_may_wrap_around() {
        TimerWheel late = new TimerWheel(Long.MAX_VALUE - 1_000);
        Named node = new Named("beyond the end");
        late.arm(node, Long.MIN_VALUE + 1_000);
        late.advance(Long.MAX_VALUE, TimerWheelTest::nobody);
        late.advance(Long.MIN_VALUE + 999, TimerWheelTest::nobody);
        late.advance(Long.MIN_VALUE + 1_000, due -> fired.add(due.toString()));
        assertThat(fired).containsExactly("beyond the end");
    }

    @Test
    void a_timer_at_the_last_nanosecond_is_not_taken_for_none() {
        arm("last", Long.MAX_VALUE - 10);
        wheel.advance(100, TimerWheelTest::nobody);
        wheel.arm(new Named("the last of all"), Long.MAX_VALUE);
        TimerWheel other = new TimerWheel(1);
        other.arm(new Named("the last of all"), Long.MAX_VALUE);
        assertThat(other.nextDeadline()).isEqualTo(Long.MAX_VALUE - 1);
        advance(Long.MAX_VALUE - 10);
        assertThat(fired).containsExactly("last");
    }

    @Test
    void jumping_over_years_costs_no_step_for_each_tick() {
        long year = TimeUnit.DAYS.toNanos(365);
        for (int i = 1; i <= 250; i++) {
            arm("in a year", i * year); // per tick that were 3 * 10^13 slots
        }
        advance(249 * year);
        assertThat(fired).hasSize(249);
        assertThat(wheel.size()).isOne();
    }

    @Test
    void a_sleeper_wakes_up_a_few_times_at_most_for_a_crowd_that_is_far_away() {
        long deadline = TimeUnit.HOURS.toNanos(30);
        for (int i = 0; i < 1_000; i++) {
            arm("crowd", deadline);
        }
        int waking = 0;
        while (fired.isEmpty()) {
            long next = wheel.nextDeadline();
            assertThat(next).isLessThanOrEqualTo(deadline);
            advance(next);
            waking++;
        }
        assertThat(waking).isLessThanOrEqualTo(9);
        assertThat(fired).hasSize(1_000);
    }

    /** An entry of the model. */
    private static final class Modelled extends TimerNode {
        private long deadline;
        private boolean waiting;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void does_what_a_queue_in_order_of_time_does(long seed) {
        Random random = new Random(seed);
        long start = random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - 1_000_000;
        AtomicLong now = new AtomicLong(start);
        TimerWheel tested = new TimerWheel(start);
        PriorityQueue<Modelled> model =
                new PriorityQueue<>(Comparator.comparingLong(one -> one.deadline - start));
        List<Modelled> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(new Modelled());
        }
        Consumer<Modelled> cancel =
                one -> {
                    tested.cancel(one);
                    if (one.waiting) {
                        model.remove(one);
                        one.waiting = false;
                    }
                };
        Consumer<Modelled> arm =
                one -> {
                    if (one.waiting) {
                        model.remove(one);
                    }
                    // All scales, from nanoseconds to years, some in the past.
                    long wait = random.nextLong() >>> (9 + random.nextInt(55));
                    one.deadline = now.get() + (random.nextInt(20) == 0 ? -wait : wait);
                    one.waiting = true;
                    model.add(one);
                    tested.arm(one, one.deadline);
                };
        long count = 0;
        for (int step = 0; step < 30_000; step++) {
            Modelled one = all.get(random.nextInt(all.size()));
            int what = random.nextInt(10);
            if (what < 5) {
                arm.accept(one);
            } else if (what < 7) {
                cancel.accept(one);
            } else {
                long next = tested.nextDeadline();
                assertThat(next == Long.MAX_VALUE).isEqualTo(model.isEmpty());
                if (!model.isEmpty() && model.peek().deadline - now.get() > 0) {
                    assertThat(next - now.get())
                            .isPositive()
                            .isLessThanOrEqualTo(model.peek().deadline - now.get());
                }
                now.addAndGet(
                        model.isEmpty() || random.nextBoolean()
                                ? random.nextLong() >>> (20 + random.nextInt(44))
                                : Math.max(0, model.peek().deadline - now.get() - 1)
                                        + random.nextInt(2));
                List<Modelled> due = new ArrayList<>();
                while (!model.isEmpty() && model.peek().deadline - now.get() <= 0) {
                    due.add(model.poll());
                }
                List<Modelled> seen = new ArrayList<>();
                tested.advance(
                        now.get(),
                        node -> {
                            Modelled fired = (Modelled) node;
                            assertThat(fired.armed()).isFalse();
                            assertThat(fired.waiting).isTrue();
                            fired.waiting = false;
                            seen.add(fired);
                        });
                assertThat(seen).containsExactlyInAnyOrderElementsOf(due);
                count += seen.size();
            }
            assertThat(tested.size()).isEqualTo(model.size());
        }
        assertThat(count).isGreaterThan(1_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void survives_what_those_that_fire_do_to_others(long seed) {
        Random random = new Random(seed);
        AtomicLong now = new AtomicLong(random.nextLong());
        TimerWheel tested = new TimerWheel(now.get());
        List<Modelled> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(new Modelled());
        }
        long[] count = {0};
        for (int step = 0; step < 20_000; step++) {
            Modelled armed = all.get(random.nextInt(all.size()));
            armed.deadline = now.get() + random.nextInt(50_000_000);
            armed.waiting = true;
            tested.arm(armed, armed.deadline);
            now.addAndGet(random.nextInt(1_000_000));
            tested.advance(
                    now.get(),
                    node -> {
                        Modelled fired = (Modelled) node;
                        assertThat(fired.waiting).isTrue();
                        assertThat(fired.deadline - now.get()).isLessThanOrEqualTo(0);
                        fired.waiting = false;
                        count[0]++;
                        Modelled other = all.get(random.nextInt(all.size()));
                        if (random.nextBoolean()) {
                            tested.cancel(other);
                            other.waiting = false;
                        } else {
                            other.deadline = now.get() + random.nextInt(2_000_000) - 1_000_000;
                            other.waiting = true;
                            tested.arm(other, other.deadline);
                        }
                    });
            long waiting = all.stream().filter(one -> one.waiting).count();
            assertThat((long) tested.size()).isEqualTo(waiting);
        }
        now.addAndGet(60_000_000);
        for (int i = 0; i < 3; i++) {
            tested.advance(now.get(), node -> ((Modelled) node).waiting = false);
        }
        assertThat(tested.size()).isZero();
        assertThat(all).noneMatch(one -> one.waiting || one.armed());
        assertThat(count[0]).isGreaterThan(1_000);
    }

    @Test
    void order_holds_between_ticks_within_one_advance() {
        Random random = new Random(42);
        for (int round = 0; round < 200; round++) {
            long start = round * TimeUnit.MINUTES.toNanos(1);
            wheel.advance(start, TimerWheelTest::nobody);
            for (int i = 0; i < 200; i++) {
                arm("one", start + 1 + (random.nextLong() >>> (30 + random.nextInt(20))));
            }
            List<Long> order = new ArrayList<>();
            wheel.advance(start + TimeUnit.MINUTES.toNanos(1) - 1, d -> order.add(d.timerDeadline));
            assertThat(order).hasSize(200);
            assertThat(order.stream().map(at -> (at + 5) / TICK)).isSorted();
        }
    }
}
