package io.sirsi.shell.internal.remote;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches what comes from the caller of one command. While the command runs nothing should: the end
 * of the stream means that the caller left, and the command is interrupted. Afterwards one byte
 * says that the answer was read.
 */
final class CallerWatch {

    private final InputStream in;
    private final Runnable interrupt;
    private final CountDownLatch heard = new CountDownLatch(1);
    private boolean runs = true;

    private CallerWatch(InputStream in, Runnable interrupt) {
        this.in = in;
        this.interrupt = interrupt;
    }

    /**
     * Begins, on a thread that ends with the stream.
     *
     * @param in what comes from the caller; read by nobody else from now on
     * @param interrupt interrupts the command; called on that thread, once at most
     */
    static CallerWatch begin(InputStream in, Runnable interrupt) {
        CallerWatch watch = new CallerWatch(in, interrupt);
        Thread thread = new Thread(watch::listen, "sirsi-exec-caller");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    private void listen() {
        try {
            in.read();
        } catch (IOException broken) {
            // as good as the end of the stream
        }
        synchronized (this) {
            if (runs) {
                interrupt.run();
            }
        }
        heard.countDown();
    }

    /** The command has ended; its thread, which calls this, is not interrupted any more. */
    void commandEnded() {
        synchronized (this) {
            runs = false;
        }
        Thread.interrupted();
    }

    /**
     * Waits for the caller to say that the answer was read, or to leave.
     *
     * @param patience the longest wait
     * @return whether either happened
     * @throws InterruptedException if interrupted
     */
    boolean awaitReader(Duration patience) throws InterruptedException {
        return heard.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
