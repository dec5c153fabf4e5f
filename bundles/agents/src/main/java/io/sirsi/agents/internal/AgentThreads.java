package io.sirsi.agents.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads on which the code of one provider runs: virtual ones where the JVM has them, else a
 * pool of daemon threads that grows and shrinks. Each provider has its own, which ends with it, so
 * that nothing which its code left in a thread outlives it. Whoever asks for a thread has a place
 * to give away (one per running task, one per agent for its making, health and stop): that bounds
 * their number.
 */
final class AgentThreads implements AutoCloseable {

    private static final long IDLE_SECONDS = 10;

    private final ExecutorService executor;
    private final boolean virtual;

    /**
     * Opens threads.
     *
     * @param prefix how their names begin
     */
    AgentThreads(String prefix) {
        Optional<ExecutorService> modern = virtualThreads(prefix);
        this.virtual = modern.isPresent();
        this.executor = modern.orElseGet(() -> pool(prefix));
    }

    /** {@return whether these are virtual threads} */
    boolean virtual() {
        return virtual;
    }

    /**
     * Runs something now.
     *
     * @throws java.util.concurrent.RejectedExecutionException once closed
     */
    void execute(Runnable work) {
        executor.execute(work);
    }

    /**
     * Calls something now.
     *
     * @throws java.util.concurrent.RejectedExecutionException once closed
     */
    <T> Future<T> submit(Callable<T> work) {
        return executor.submit(work);
    }

    /** Interrupts what still runs; idle threads end. Does not wait. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static ExecutorService pool(String prefix) {
        AtomicLong number = new AtomicLong(1);
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> ownThread(work, prefix + number.getAndIncrement()));
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
