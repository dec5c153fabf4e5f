package io.sirsi.agents.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which the code of one provider runs: virtual ones where the JVM has them, else
 * daemon threads that come and go with the work. Each provider has its own, which ends with it, so
 * that nothing which its code left in a thread outlives it. Whoever asks for a thread has a place
 * to give away (one per running task, one per agent for its making, health and stop): that bounds
 * their number.
 */
final class AgentThreads implements AutoCloseable {

    private final @Nullable ExecutorService virtual;
    private final Workers workers;

    /**
     * Opens threads.
     *
     * @param prefix how their names begin
     */
    AgentThreads(String prefix) {
        this.virtual = virtualThreads(prefix).orElse(null);
        AtomicLong number = new AtomicLong(1);
        this.workers = new Workers(work -> ownThread(work, prefix + number.getAndIncrement()));
    }

    /** {@return whether these are virtual threads} */
    boolean virtual() {
        return virtual != null;
    }

    /**
     * Runs a job now. On threads that are not virtual it may be left to the calling thread, if that
     * is one of these and runs {@link Job#report}: do not wait for it there.
     *
     * @throws RejectedExecutionException once closed, or when the system gives no further thread
     */
    void execute(Job job) {
        if (virtual == null) {
            workers.execute(job);
        } else {
            virtual.execute(() -> inOrder(job));
        }
    }

    private static void inOrder(Job job) {
        try {
            job.run();
        } finally {
            try {
                job.report();
            } finally {
                job.idle();
            }
        }
    }

    /**
     * Calls something now, on another thread.
     *
     * @throws RejectedExecutionException once closed, or when the system gives no further thread
     */
    <T> Future<T> submit(Callable<T> work) {
        FutureTask<T> future = new FutureTask<>(work);
        if (virtual == null) {
            workers.executeApart(new Call(future));
        } else {
            virtual.execute(future);
        }
        return future;
    }

    /** A call, whose caller waits for what comes of it. */
    private record Call(FutureTask<?> future) implements Job {

        @Override
        public void run() {
            future.run();
        }

        @Override
        public void interrupt() {
            future.cancel(true);
        }
    }

    /** Interrupts what still runs; idle threads end. Does not wait. */
    @Override
    public void close() {
        workers.close();
        if (virtual != null) {
            virtual.shutdownNow();
        }
    }

    /**
     * Makes a thread that has nothing of the thread that asked for it. That one may run the code of
     * another bundle, and a new thread otherwise keeps its context class loader, its inheritable
     * thread locals and, through the access control context, every class loader on its stack.
     */
    @SuppressWarnings("removal") // until the JDK drops the inherited context along with the class
    private static Thread ownThread(Runnable work, String name) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> {
                            Thread thread = new Thread(null, work, name, 0, false);
                            thread.setDaemon(true);
                            thread.setContextClassLoader(AgentThreads.class.getClassLoader());
                            return thread;
                        });
    }

    /** By reflection, for this is compiled for Java 17 and virtual threads came with 21. */
    private static Optional<ExecutorService> virtualThreads(String prefix) {
        try {
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builder = type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
            builder =
                    type.getMethod("inheritInheritableThreadLocals", boolean.class)
                            .invoke(builder, false);
            Object factory = type.getMethod("factory").invoke(builder);
            return Optional.of(
                    (ExecutorService)
                            Executors.class
                                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                                    .invoke(null, factory));
        } catch (ReflectiveOperationException notThere) {
            return Optional.empty();
        }
    }
}
