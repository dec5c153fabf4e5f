package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.task.Delivery;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who makes the turns while there are many. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskBurstTest {

    /** So many commands a caller does at most: 64 turns of 256. */
    private static final int MOST_FOR_OTHERS = 64 * 256;

    private static final TaskSpec VOLATILE = TaskSpec.of("work").delivery(Delivery.VOLATILE);

    /** A line of commands of which each adds the next, so that the queue is never empty between. */
    private static final class Line extends Command {
        private final TaskEngine engine;
        private final int left;
        private final AtomicInteger done;

        Line(TaskEngine engine, int left, AtomicInteger done) {
            this.engine = engine;
            this.left = left;
            this.done = done;
        }

        @Override
        void run() {
            done.incrementAndGet();
            if (left > 1) {
                engine.tell(new Line(engine, left - 1, done));
            }
        }
    }

    private static int done(TaskEngine engine, int commands) {
        AtomicInteger done = new AtomicInteger();
        engine.tell(new Line(engine, commands, done));
        return done.get();
    }

    // ---- without threads ----

    private final Bench bench = new Bench();
    private int calls;

    @Test
    void a_caller_makes_sixty_four_turns_and_calls_somebody_if_that_is_not_enough() {
        bench.engine.onBurst(() -> calls++);
        assertThat(done(bench.engine, MOST_FOR_OTHERS - 1)).isEqualTo(MOST_FOR_OTHERS - 1);
        assertThat(calls).isZero();
        assertThat(done(bench.engine, MOST_FOR_OTHERS + 1)).isEqualTo(MOST_FOR_OTHERS);
        assertThat(calls).isEqualTo(1);
    }

    @Test
    void whoever_serves_does_what_is_left_and_then_callers_make_their_own_turns_again() {
        bench.engine.onBurst(() -> calls++);
        AtomicInteger done = new AtomicInteger();
        bench.engine.tell(new Line(bench.engine, MOST_FOR_OTHERS + 300, done));
        assertThat(done).hasValue(MOST_FOR_OTHERS);
        bench.engine.serve(0);
        assertThat(done).hasValue(MOST_FOR_OTHERS + 300);
        assertThat(done(bench.engine, 1_000)).isEqualTo(1_000);
        assertThat(calls).isEqualTo(1);
    }

    @Test
    void whoever_serves_gives_up_after_as_many_turns_as_a_caller_if_it_has_no_time() {
        bench.engine.onBurst(() -> calls++);
        AtomicInteger done = new AtomicInteger();
        bench.engine.tell(new Line(bench.engine, 2 * MOST_FOR_OTHERS + 1, done));
        bench.engine.serve(0);
        assertThat(done).hasValue(2 * MOST_FOR_OTHERS);
        assertThat(calls).isEqualTo(2);
        bench.engine.serve(0);
        assertThat(done).hasValue(2 * MOST_FOR_OTHERS + 1);
    }

    @Test
    void nobody_serves_an_engine_that_is_closed() {
        bench.engine.close();
        bench.engine.serve(Long.MAX_VALUE);
        assertThat(done(bench.engine, 10)).isEqualTo(10);
    }

    // ---- with threads ----

    /** An engine by the real clock, with the threads that it has in a node. */
    private static final class Node implements AutoCloseable {
        final HandedOnAgents agents = new HandedOnAgents(Bench.SESSION, 64);
        final BurstThread burst = new BurstThread();
        final TaskEngine engine;
        private final Thread turns = new Thread(this::makeTurns, "turns");
        private volatile boolean stopped;

        Node() {
            LocalBus bus = new LocalBus();
            bus.remembers = false;
            InstantJournal journal = new InstantJournal();
            Matching matching =
                    new Matching(new Ageing(Bench.AGING.toNanos()), Limits.parse(List.of()));
            TaskReplay replay = new TaskReplay(matching);
            Random random = new Random(1);
            engine =
                    new TaskEngine(
                            agents,
                            bus,
                            new TaskEngine.Stores(
                                    new TaskLog(journal, replay.kinds()),
                                    new ListHistory(),
                                    matching),
                            Bench.settings(1_000_000),
                            new TaskEngine.World(
                                    new MonotonicWall(Clock.systemUTC(), System::nanoTime),
                                    random,
                                    new SeededIds(random),
                                    new SeededIds(random)),
                            () -> {});
            engine.onBurst(() -> assertThat(burst.call(engine)).isTrue());
            engine.resume(replay);
            turns.setDaemon(true);
            turns.start();
            burst.start();
        }

        private void makeTurns() {
            while (!stopped) {
                LockSupport.parkNanos(Math.min(1_000_000, engine.runDue()));
            }
        }

        @Override
        public void close() {
            stopped = true;
            try {
                turns.join(10_000);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
            engine.close();
            burst.close();
            agents.close();
        }
    }

    @RepeatedTest(5)
    void four_who_submit_at_once_have_each_task_run_exactly_once() throws Exception {
        int each = 5_000;
        Set<TaskId> submitted = ConcurrentHashMap.newKeySet();
        try (Node node = new Node()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(
                        new Thread(
                                () -> {
                                    for (int n = 0; n < each; n++) {
                                        submitted.add(
                                                node.engine.schedule(Bench.SESSION, VOLATILE));
                                    }
                                }));
            }
            threads.forEach(Thread::start);
            assertThat(node.burst.call(node.engine)).isTrue();
            for (Thread thread : threads) {
                thread.join(60_000);
                assertThat(thread.isAlive()).isFalse();
            }
            assertThat(submitted).hasSize(4 * each);
            eventually(() -> node.engine.unfinished(Bench.SESSION) == 0);
            assertThat(node.engine.stats().byState()).isEqualTo(Map.of("Succeeded", 4L * each));
            assertThat(node.agents.starts.keySet()).isEqualTo(submitted);
            assertThat(node.agents.starts.values()).containsOnly(1);
            assertThat(node.engine.armedTimers()).isZero();
            long began = System.nanoTime();
            node.engine.close();
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(10));
        }
    }

    @Test
    void while_somebody_serves_nobody_else_makes_a_turn_and_it_returns_after_the_close()
            throws Exception {
        try (Node node = new Node()) {
            Thread server = new Thread(() -> node.engine.serve(TimeUnit.HOURS.toNanos(1)));
            server.setDaemon(true);
            server.start();
            Set<Thread> makers = ConcurrentHashMap.newKeySet();
            eventually(
                    () -> {
                        makers.clear();
                        node.engine.tell(() -> makers.add(Thread.currentThread()));
                        eventually(() -> !makers.isEmpty());
                        return makers.equals(Set.of(server));
                    });
            for (int i = 0; i < 1_000; i++) {
                node.engine.tell(() -> makers.add(Thread.currentThread()));
            }
            assertThat(node.engine.unfinished(Bench.SESSION)).isZero();
            assertThat(makers).containsExactly(server);
            node.engine.close();
            server.join(10_000);
            assertThat(server.isAlive()).isFalse();
        }
    }

    @Test
    void its_thread_outlives_a_turn_that_breaks() {
        try (Node node = new Node()) {
            AtomicInteger onBurst = new AtomicInteger();
            eventually(
                    () -> {
                        assertThat(node.burst.call(node.engine)).isTrue();
                        node.engine.tell(
                                () -> {
                                    if (isBurst() && onBurst.incrementAndGet() == 1) {
                                        throw new LinkageError("on purpose");
                                    }
                                });
                        return onBurst.get() > 0;
                    });
            int rounds = 100; // It does what is left before it breaks, which is one or two.
            for (int i = 0; i < rounds; i++) {
                int before = onBurst.get();
                eventually(
                        () -> {
                            assertThat(node.burst.call(node.engine)).isTrue();
                            node.engine.tell(
                                    () -> {
                                        if (isBurst()) {
                                            onBurst.incrementAndGet();
                                        }
                                    });
                            return onBurst.get() > before;
                        });
            }
        }
    }

    private static boolean isBurst() {
        return Thread.currentThread().getName().equals("sirsi-scheduler-burst");
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("in time").isNegative();
            LockSupport.parkNanos(10_000);
        }
    }
}
