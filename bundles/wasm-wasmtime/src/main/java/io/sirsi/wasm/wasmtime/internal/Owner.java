package io.sirsi.wasm.wasmtime.internal;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** The only thread that touches the handles of one instance. */
final class Owner {

    private static final long STACK_BYTES = 4L << 20;

    private final BlockingQueue<Runnable> jobs = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean ended;

    Owner(String name) {
        thread = new Thread(null, this::run, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Wakes a host function that waits. What comes too late is forgotten. */
    void interrupt() {
        thread.interrupt();
    }

    /** {@return what is counted down when the job has been done, or never will be} */
    CountDownLatch submit(Runnable job) {
        CountDownLatch latch = new CountDownLatch(1);
        synchronized (jobs) {
            if (ended) {
                latch.countDown();
                return latch;
            }
            jobs.add(
                    () -> {
                        try {
                            job.run();
                        } finally {
                            latch.countDown();
                        }
                    });
        }
        return latch;
    }

    /** Ends the thread after the job that calls this; those that wait are done first. */
    void end() {
        synchronized (jobs) {
            ended = true;
        }
    }

    private void run() {
        while (!ended || !jobs.isEmpty()) {
            try {
                Runnable job = jobs.take();
                Thread.interrupted();
                job.run();
            } catch (InterruptedException e) {
                Thread.interrupted(); // of a call that has ended already
            }
        }
    }
}
