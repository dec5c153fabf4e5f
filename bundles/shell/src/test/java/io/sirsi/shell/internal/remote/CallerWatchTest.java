package io.sirsi.shell.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CallerWatchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PipedInputStream in = new PipedInputStream();
    private final PipedOutputStream caller = new PipedOutputStream();
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @BeforeEach
    void connect() throws IOException {
        caller.connect(in);
    }

    @Test
    void a_caller_that_leaves_while_the_command_runs_interrupts_it() throws Exception {
        CallerWatch watch = CallerWatch.begin(in, interrupted::countDown);

        caller.close();

        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.awaitReader(PATIENCE)).isTrue();
    }

    @Test
    void what_comes_after_the_end_says_that_the_answer_was_read_and_interrupts_nothing()
            throws Exception {
        CallerWatch watch = CallerWatch.begin(in, interrupted::countDown);
        watch.commandEnded();

        caller.write('\n');
        caller.flush();

        assertThat(watch.awaitReader(PATIENCE)).isTrue();
        assertThat(interrupted.getCount()).isEqualTo(1);
    }

    @Test
    void an_interrupt_that_came_too_late_is_not_left_on_the_thread() {
        CallerWatch watch = CallerWatch.begin(in, interrupted::countDown);
        Thread.currentThread().interrupt();

        watch.commandEnded();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void nobody_is_waited_for_longer_than_asked() throws Exception {
        CallerWatch watch = CallerWatch.begin(in, interrupted::countDown);
        watch.commandEnded();

        assertThat(watch.awaitReader(Duration.ofMillis(1))).isFalse();
    }
}
