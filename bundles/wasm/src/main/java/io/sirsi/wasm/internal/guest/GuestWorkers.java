package io.sirsi.wasm.internal.guest;

import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.security.Permission;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does for guests what may block, on threads of its own, so that a guest's call ends when it must,
 * whether or not the other side obeys an interrupt. Threads are made when they are needed and go
 * when they are idle. Thread-safe.
 */
public final class GuestWorkers implements AutoCloseable {

    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;
    private final Duration usual;

    /**
     * Makes it; it has no thread yet.
     *
     * @param most how many threads at most, from 1; when all are busy, guests are told so
     * @param usual the longest time for a call that stays within the platform; positive
     */
    public GuestWorkers(int most, Duration usual) {
        this.usual = usual;
        AtomicLong number = new AtomicLong();
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        most,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        work -> {
                            Thread thread =
                                    new Thread(
                                            work, "sirsi-guest-call-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** Something that may block. */
    @FunctionalInterface
    interface Work<T> extends Callable<T> {
        @Override
        T call() throws Refusal;
    }

    /**
     * Does something, and waits for it.
     *
     * @param task for which task
     * @param limit the longest time for it; no longer than the task's own in any case
     * @param work what
     * @param abort called once if nobody waits any more; what is done may be done nevertheless
     * @return what came out
     * @throws Refusal what the work threw; TIMED_OUT if the limit was over, UNREACHABLE if all
     *     threads are busy
     * @throws WasmTrap DEADLINE if the task's time is up, INTERRUPTED if the thread is interrupted;
     *     the flag is set again
     */
    <T> T run(GuestTask task, Duration limit, Work<T> work, Runnable abort)
            throws Refusal, WasmTrap {
        Duration left = task.remaining();
        boolean taskEndsFirst = left.compareTo(limit) <= 0;
        Future<T> future;
        try {
            future = threads.submit(work);
        } catch (RejectedExecutionException busy) {
            throw new Refusal(
                    Code.UNREACHABLE, "the node has too many calls of guests under way; try later");
        }
        boolean done = false;
        try {
            T result = future.get((taskEndsFirst ? left : limit).toNanos(), TimeUnit.NANOSECONDS);
            done = true;
            return result;
        } catch (InterruptedException interrupted) {
            throw interrupted();
        } catch (TimeoutException late) {
            if (taskEndsFirst) {
                throw new WasmTrap(Kind.DEADLINE, "the task's time was up in a call of the host");
            }
            throw new Refusal(
                    Code.TIMED_OUT, "the call took longer than " + limit.toMillis() + " ms");
        } catch (ExecutionException failed) {
            done = true;
            throw unwrapped(failed);
        } finally {
            if (!done) {
                future.cancel(true);
                abort.run();
            }
        }
    }

    /** As {@link #run(GuestTask, Duration, Work, Runnable)}, for what stays within the platform. */
    <T> T run(GuestTask task, Work<T> work) throws Refusal, WasmTrap {
        return run(task, usual, work, () -> {});
    }

    /**
     * As {@link #run(GuestTask, Work)}, for an effect that the agent must be allowed to have; what
     * the parameters are is said at {@link AgentAuthority#act}.
     */
    <T> T act(
            GuestTask task,
            Permission permission,
            String target,
            Map<String, String> detail,
            Supplier<T> effect,
            Function<? super T, String> note)
            throws Refusal, WasmTrap {
        AgentAuthority authority = task.guest().authority();
        return run(task, () -> authority.act(permission, target, detail, effect, note));
    }

    private static RuntimeException unwrapped(ExecutionException failed) throws Refusal, WasmTrap {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
        Throwable cause = failed.getCause();
        if (cause instanceof Refusal refusal) {
            throw refusal;
        }
        if (cause instanceof RuntimeException ours) {
            return ours;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }

    static WasmTrap interrupted() {
        Thread.currentThread().interrupt();
        return new WasmTrap(Kind.INTERRUPTED, "the call was interrupted in the host");
    }

    /** Interrupts what is under way; afterwards nothing can be done any more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
