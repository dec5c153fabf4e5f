package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CommandQueueTest {

    private static final int PRODUCERS = 4;
    private static final int EACH = 50_000;

    private final CommandQueue queue = new CommandQueue();

    private static final class Numbered extends Command {
        private final int producer;
        private final int number;

        Numbered(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }

        @Override
        void run() {
            throw new UnsupportedOperationException("only taken");
        }
    }

    @Test
    void gives_commands_in_the_order_in_which_they_came() {
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
        for (int round = 0; round < 3; round++) {
            List<Command> added = new ArrayList<>();
            for (int i = 0; i <= round; i++) {
                Command next = new Numbered(0, i);
                added.add(next);
                queue.add(next);
                assertThat(queue.isEmpty()).isFalse();
            }
            for (Command next : added) {
                assertThat(queue.isEmpty()).isFalse();
                assertThat(queue.poll()).isSameAs(next);
            }
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.poll()).isNull();
        }
    }

    @Test
    void one_that_was_taken_keeps_none_of_its_followers() {
        List<Command> added = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Command next = new Numbered(0, i);
            added.add(next);
            queue.add(next);
            if (i % 3 == 2) {
                queue.poll();
            }
        }
        while (queue.poll() != null) {
            // Until none is left.
        }
        queue.add(new Numbered(0, 10));
        assertThat(added).allMatch(command -> command.nextCommand == null);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void each_of_four_producers_finds_its_own_order_kept_and_nothing_is_lost() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            int producer = p;
            Thread thread =
                    new Thread(
                            () -> {
                                for (int i = 0; i < EACH; i++) {
                                    queue.add(new Numbered(producer, i));
                                }
                            });
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        int[] next = new int[PRODUCERS];
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
        for (int taken = 0; taken < PRODUCERS * EACH; ) {
            if (queue.poll() instanceof Numbered command) {
                assertThat(command.number).isEqualTo(next[command.producer]++);
                assertThat(command.nextCommand).isNull();
                taken++;
            } else {
                assertThat(System.nanoTime() - deadline).as("in time").isNegative();
                Thread.onSpinWait();
            }
        }
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        assertThat(queue.poll()).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }
}
