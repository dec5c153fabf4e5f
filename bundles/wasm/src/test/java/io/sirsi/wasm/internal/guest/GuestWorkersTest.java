package io.sirsi.wasm.internal.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure.Code;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class GuestWorkersTest {

    private final TestGuest guest = TestGuest.with().start();

    @Test
    void when_all_are_busy_a_guest_is_told_so() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger aborted = new AtomicInteger();
        try (guest;
                GuestWorkers workers = new GuestWorkers(1, Duration.ofSeconds(10))) {
            assertThatThrownBy(
                            () ->
                                    workers.run(
                                            guest.task,
                                            Duration.ofMillis(50),
                                            () -> stubborn(release),
                                            aborted::incrementAndGet))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(Code.TIMED_OUT));
            assertThat(aborted).hasValue(1);
            assertThatThrownBy(() -> workers.run(guest.task, () -> 1))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(Code.UNREACHABLE));
            release.countDown();
        }
    }

    @Test
    void a_call_within_the_platform_has_the_usual_time() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (guest;
                GuestWorkers workers = new GuestWorkers(1, Duration.ofMillis(50))) {
            assertThatThrownBy(() -> workers.run(guest.task, () -> stubborn(release)))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> {
                                assertThat(refusal.code()).isEqualTo(Code.TIMED_OUT);
                                assertThat(refusal.sentence())
                                        .isEqualTo("the call took longer than 50 ms");
                            });
            release.countDown();
        }
    }

    @Test
    void threads_are_daemons_with_a_name() throws Exception {
        try (guest;
                GuestWorkers workers = new GuestWorkers(1, Duration.ofSeconds(10))) {
            Thread thread = workers.run(guest.task, Thread::currentThread);
            assertThat(thread.getName()).isEqualTo("sirsi-guest-call-1");
            assertThat(thread.isDaemon()).isTrue();
        }
    }

    private static int stubborn(CountDownLatch release) {
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException ignored) {
                // a platform that does not listen
            }
        }
        return 1;
    }
}
