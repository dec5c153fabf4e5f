package io.sirsi.wasm.endive.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallSlotTest {

    private static final long LIMIT = 1_000;
    private static final int SCANS_UNTIL_PARKED = 16;

    /* Never started: the test is its thread. */
    private final Watchdog watchdog = new Watchdog("never-started");
    private final CallSlot slot = new CallSlot(watchdog);

    @AfterEach
    void clear_the_flag() {
        Thread.interrupted();
    }

    @Test
    void a_call_in_time_is_not_interrupted() {
        slot.enter(LIMIT);
        watchdog.scan(0);
        watchdog.scan(LIMIT - 1);

        assertThat(slot.leave(false)).isEqualTo(CallSlot.Ending.IN_TIME);
        watchdog.scan(LIMIT * 10);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_call_whose_time_is_up_is_interrupted_and_leaves_no_flag() {
        slot.enter(LIMIT);
        watchdog.scan(0);
        watchdog.scan(LIMIT);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(slot.leave(true)).isEqualTo(CallSlot.Ending.TIMED_OUT);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(slot.usable()).isFalse();
    }

    @Test
    void the_time_counts_from_when_the_call_was_first_seen() {
        slot.enter(LIMIT);
        watchdog.scan(1_000_000);
        watchdog.scan(1_000_000 + LIMIT - 1);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        watchdog.scan(1_000_000 + LIMIT);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        slot.leave(false);
    }

    @Test
    void the_next_call_has_a_time_of_its_own() {
        slot.enter(LIMIT);
        watchdog.scan(0);
        slot.leave(false);
        slot.enter(LIMIT);
        watchdog.scan(LIMIT);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        watchdog.scan(2 * LIMIT);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        slot.leave(false);
    }

    @Test
    void the_flag_of_somebody_else_stays() {
        slot.enter(LIMIT);
        watchdog.scan(0);
        Thread.currentThread().interrupt();
        watchdog.scan(LIMIT);

        assertThat(slot.leave(true)).isEqualTo(CallSlot.Ending.INTERRUPTED);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void a_swallowed_interrupt_is_sent_again() {
        slot.enter(LIMIT);
        watchdog.scan(0);
        watchdog.scan(LIMIT);
        assertThat(Thread.interrupted()).isTrue();
        watchdog.scan(LIMIT + 1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(slot.leave(true)).isEqualTo(CallSlot.Ending.TIMED_OUT);
    }

    @Test
    void a_slot_that_is_not_used_is_not_looked_at() {
        slot.enter(LIMIT);
        slot.leave(false);
        boolean watched = true;
        for (int i = 0; i < SCANS_UNTIL_PARKED; i++) {
            watched = watchdog.scan(i);
        }
        assertThat(watched).isFalse();

        slot.enter(LIMIT);
        assertThat(watchdog.scan(100)).isTrue();
        watchdog.scan(100 + LIMIT);
        assertThat(slot.leave(true)).isEqualTo(CallSlot.Ending.TIMED_OUT);
        assertThat(watchdog.scan(100)).isFalse();
    }

    @Test
    void it_is_entered_once() {
        slot.enter(LIMIT);
        assertThatThrownBy(() -> slot.enter(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use");
        assertThatThrownBy(slot::close).isInstanceOf(IllegalStateException.class);
        slot.leave(false);
        assertThat(slot.close()).isTrue();
        assertThat(slot.close()).isFalse();
        assertThatThrownBy(() -> slot.enter(LIMIT)).hasMessageContaining("closed");
    }

    @Test
    void a_stopped_watchdog_takes_no_calls() {
        watchdog.close();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> slot.enter(LIMIT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("stopped");
        }
    }

    @Test
    void no_interrupt_comes_after_a_call_however_short_its_time() {
        Watchdog running = new Watchdog("wasm-endive-watchdog-of-a-test");
        running.start();
        try {
            CallSlot brief = new CallSlot(running);
            Random random = new Random(3);
            int timedOut = 0;
            for (int i = 0; i < 3_000; i++) {
                brief.enter(100_000);
                long end = System.nanoTime() + random.nextInt(2_500_000);
                while (System.nanoTime() - end < 0) {
                    Thread.onSpinWait();
                }
                timedOut += brief.leave(false) == CallSlot.Ending.TIMED_OUT ? 1 : 0;
                for (int k = 0; k < 1_000; k++) {
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                }
            }
            assertThat(timedOut).isBetween(1, 2_999);
        } finally {
            running.close();
        }
    }
}
