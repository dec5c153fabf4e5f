package io.sirsi.events.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stops a handler where the test wants it, until the test opens it. */
final class Gate {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Called by the handler: reports that it is here and waits. */
    void pass() {
        reached.countDown();
        await(opened);
    }

    /** Called by the test: waits until the handler is here. */
    void awaitReached() {
        await(reached);
    }

    /** Called by the test: lets the handler go on. */
    void open() {
        opened.countDown();
    }

    /** Waits for a latch, and fails instead of hanging. */
    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).as("came in time").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
