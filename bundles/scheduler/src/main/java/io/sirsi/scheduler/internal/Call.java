package io.sirsi.scheduler.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.journal.JournalException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A command whose caller waits for its answer. It may answer later than it runs, such as when a
 * record is on the disk.
 */
abstract class Call<T> extends Command {

    /** How long a caller looks before it sleeps: longer than a turn usually takes. */
    private static final int SPINS = 200;

    private final Thread caller = Thread.currentThread();
    private @Nullable T answer;
    private @Nullable RuntimeException failure;
    private volatile boolean done;

    /** What there is to do; answers or fails now or later. */
    abstract void work();

    @Override
    final void run() {
        try {
            work();
        } catch (JournalException full) {
            fail(
                    RefusedException.unavailable(
                            "nothing is changed, since it cannot be stored: "
                                    + full.getMessage()
                                    + "; try again later"));
        } catch (RuntimeException refused) {
            fail(refused);
        }
    }

    /** Under the baton. */
    void answer(T result) {
        answer = result;
        done = true;
        wake();
    }

    /** Under the baton. */
    void fail(RuntimeException why) {
        failure = why;
        done = true;
        wake();
    }

    private void wake() {
        if (Thread.currentThread() != caller) {
            LockSupport.unpark(caller);
        }
    }

    boolean isDone() {
        return done;
    }

    /**
     * Waits for the answer.
     *
     * @param seconds the longest wait
     * @throws RefusedException as the command was refused; UNAVAILABLE if no answer came in time or
     *     the thread was interrupted, and then nothing is known of it
     */
    T await(long seconds) {
        for (int i = 0; !done && i < SPINS; i++) {
            Thread.onSpinWait();
        }
        if (!done) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (!done) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    throw RefusedException.unavailable(
                            "the scheduler has not answered "
                                    + (left <= 0 ? "within " + seconds + " s" : "yet")
                                    + ", and whether it did what was asked is not known; ask for"
                                    + " the task, or submit it again with the same idempotency"
                                    + " key");
                }
                LockSupport.parkNanos(this, left);
            }
        }
        if (failure != null) {
            throw failure;
        }
        T result = answer;
        if (result == null) {
            throw new IllegalStateException("a call was answered without an answer");
        }
        return result;
    }
}
