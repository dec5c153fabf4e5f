package io.sirsi.agents.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private final List<Thread> made = new CopyOnWriteArrayList<>();
    private final Workers workers =
            new Workers(
                    work -> {
                        Thread thread = new Thread(work, "worker-" + made.size());
                        made.add(thread);
                        return thread;
                    });

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void no_job_waits_for_the_end_of_another() throws Exception {
        for (int round = 0; round < 20; round++) {
            CountDownLatch all = new CountDownLatch(40);
            for (int i = 0; i < 40; i++) {
                workers.execute(
                        job(
                                () -> {
                                    all.countDown();
                                    all.await(); // comes only if all of them run at once
                                }));
            }
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void no_job_is_lost_when_threads_fall_asleep_as_jobs_come() throws Exception {
        for (int round = 0; round < 5_000; round++) {
            CountDownLatch ran = new CountDownLatch(2);
            workers.execute(job(ran::countDown));
            workers.execute(job(ran::countDown));
            assertThat(ran.await(30, TimeUnit.SECONDS)).as("round %d", round).isTrue();
        }
        assertThat(made).hasSizeLessThan(20);
    }

    @Test
    void what_follows_a_job_runs_on_its_thread_and_wakes_nobody() throws Exception {
        Set<Thread> ranOn = ConcurrentHashMap.newKeySet();
        AtomicInteger left = new AtomicInteger(100_000);
        CountDownLatch end = new CountDownLatch(1);
        workers.execute(new Chain(left, ranOn, end));
        assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ranOn).hasSize(1);
        assertThat(made).hasSize(1);
    }

    @Test
    void a_call_is_never_left_to_the_thread_that_waits_for_it() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch inner = new CountDownLatch(1);
        workers.execute(
                new Told(
                        () -> {
                            workers.executeApart(job(inner::countDown));
                            if (inner.await(20, TimeUnit.SECONDS)) {
                                answered.countDown();
                            }
                        }));
        assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_interrupt_does_not_meet_the_next_job() throws Exception {
        AtomicInteger met = new AtomicInteger();
        CountDownLatch ran = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            workers.execute(
                    job(
                            () -> {
                                if (Thread.interrupted()) {
                                    met.incrementAndGet();
                                }
                                Thread.currentThread().interrupt();
                                ran.countDown();
                            }));
        }
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(met).hasValue(0);
    }

    @Test
    void a_job_that_breaks_does_not_take_its_thread_along() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        workers.execute(
                job(
                        () -> {
                            throw new IllegalStateException("a bug");
                        }));
        workers.execute(job(ran::countDown));
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closing_interrupts_what_runs_ends_all_threads_and_takes_no_more() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            workers.execute(
                    new Interruptible(
                            () -> {
                                begun.countDown();
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException asked) {
                                    interrupted.countDown();
                                }
                            }));
        }
        begun.await();
        workers.close();
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        for (Thread thread : made) {
            thread.join(30_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThatThrownBy(() -> workers.execute(job(() -> {})))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> workers.executeApart(job(() -> {})))
                .isInstanceOf(RejectedExecutionException.class);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Job job(Work work) {
        return new Told(() -> {}) {
            @Override
            public void run() {
                call(work);
            }
        };
    }

    private static void call(Work work) {
        try {
            work.run();
        } catch (Exception bug) {
            throw new IllegalStateException(bug);
        }
    }

    /** Does nothing, and then tells. */
    private static class Told implements Job {
        private final Work telling;

        Told(Work telling) {
            this.telling = telling;
        }

        @Override
        public void run() {}

        @Override
        public void interrupt() {}

        @Override
        public void report() {
            call(telling);
        }
    }

    /** Starts another like itself when it tells of its end. */
    private final class Chain implements Job {
        private final AtomicInteger left;
        private final Set<Thread> ranOn;
        private final CountDownLatch end;

        Chain(AtomicInteger left, Set<Thread> ranOn, CountDownLatch end) {
            this.left = left;
            this.ranOn = ranOn;
            this.end = end;
        }

        @Override
        public void run() {
            ranOn.add(Thread.currentThread());
        }

        @Override
        public void interrupt() {}

        @Override
        public void report() {
            if (left.decrementAndGet() == 0) {
                end.countDown();
            } else {
                workers.execute(new Chain(left, ranOn, end));
            }
        }
    }

    /** Knows its thread. */
    private static final class Interruptible implements Job {
        private final Runnable work;
        private volatile Thread thread;

        Interruptible(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            work.run();
        }

        @Override
        public void interrupt() {
            thread.interrupt();
        }
    }
}
