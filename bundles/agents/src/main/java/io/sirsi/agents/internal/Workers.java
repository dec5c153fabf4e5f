package io.sirsi.agents.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that are there as long as there is work: one queue, and one wake-up for a job that no
 * thread will come for by itself. A thread that has just ended a job looks for the next before it
 * sleeps, so while there is enough to do nobody is woken at all. That is what a {@link
 * java.util.concurrent.ThreadPoolExecutor} without a bound cannot do: it hands over only to a
 * thread that sleeps already, and otherwise makes a new one.
 *
 * <p>As many threads run at once as there are jobs, never fewer: a job does not wait for the end of
 * another.
 */
final class Workers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ThreadFactory threads;
    private final Queue<Job> jobs = new ConcurrentLinkedQueue<>();

    /** Threads that will look into the queue before they sleep, less the jobs in it. */
    private final AtomicInteger spare = new AtomicInteger();

    /** Those that sleep, the last to fall asleep last; guards itself and the two below. */
    private final Deque<Worker> asleep = new ArrayDeque<>();

    private final Set<Worker> all = new LinkedHashSet<>();
    private volatile boolean closed;

    /**
     * Has no thread yet.
     *
     * @param threads makes them
     */
    Workers(ThreadFactory threads) {
        this.threads = threads;
    }

    /**
     * Runs a job as soon as a thread is free for it: one is woken, or made, unless one is just
     * about to look for its next job, perhaps the caller itself. So the caller must not wait for
     * it.
     *
     * @throws RejectedExecutionException once closed, or when the system gives no further thread
     */
    void execute(Job job) {
        if (closed) {
            throw new RejectedExecutionException("closed");
        }
        jobs.add(job);
        if (spare.getAndDecrement() <= 0) {
            spare.incrementAndGet(); // the one that is woken
            if (!wake(null)) {
                if (jobs.remove(job)) {
                    throw new RejectedExecutionException("no thread");
                }
                spare.decrementAndGet();
            }
        }
        if (closed && jobs.remove(job)) { // perhaps the last thread has left without seeing it
            throw new RejectedExecutionException("closed");
        }
    }

    /**
     * Runs a job on a thread that does nothing else; the caller may wait for it.
     *
     * @throws RejectedExecutionException as {@link #execute}
     */
    void executeApart(Job job) {
        if (!wake(job)) {
            throw new RejectedExecutionException("closed, or no thread");
        }
    }

    /**
     * Wakes a thread, or makes one.
     *
     * @param given what it shall do first; null to look into the queue
     * @return whether there is one
     */
    private boolean wake(@Nullable Job given) {
        Worker woken;
        synchronized (asleep) {
            if (closed) {
                return false;
            }
            woken = asleep.pollLast();
            if (woken != null) {
                woken.given = given;
                woken.sleeping = false;
            }
        }
        if (woken != null) {
            LockSupport.unpark(woken.thread);
            return true;
        }
        return start(new Worker(given));
    }

    private boolean start(Worker fresh) {
        synchronized (asleep) {
            if (closed) {
                return false;
            }
            all.add(fresh);
        }
        try {
            fresh.thread.start();
            return true;
        } catch (OutOfMemoryError noThread) { // the system's limit, not the heap's
            synchronized (asleep) {
                all.remove(fresh);
            }
            LOG.error("the system gives no further thread for agents", noThread);
            return false;
        }
    }

    /** Interrupts what still runs; idle threads end. Does not wait. */
    @Override
    public void close() {
        List<Worker> threadsNow;
        synchronized (asleep) {
            closed = true;
            threadsNow = List.copyOf(all);
            asleep.forEach(worker -> worker.sleeping = false);
            asleep.clear();
        }
        for (Worker worker : threadsNow) {
            LockSupport.unpark(worker.thread);
            Job job = worker.current;
            if (job != null) {
                job.interrupt();
            }
        }
    }

    /** One thread. */
    private final class Worker implements Runnable {

        final Thread thread = threads.newThread(this);

        /** What it is to do before it looks into the queue. */
        @Nullable Job given;

        /** Whether it is among those asleep; written under their lock. */
        volatile boolean sleeping;

        /** What it runs; null when it sleeps. */
        volatile @Nullable Job current;

        Worker(@Nullable Job given) {
            this.given = given;
        }

        @Override
        public void run() {
            Job last = null;
            Job next = take();
            while (true) {
                if (last != null && (next == null || !next.follows(last))) {
                    quietly(last::idle);
                    last = null;
                    current = null;
                    next = next != null ? next : take();
                }
                if (next == null) {
                    if (!sleep()) {
                        return;
                    }
                } else {
                    work(next);
                    last = next;
                }
                next = take();
            }
        }

        private @Nullable Job take() {
            Job first = given;
            given = null;
            return first != null ? first : jobs.poll();
        }

        private void work(Job job) {
            current = job;
            if (closed) {
                job.interrupt();
            }
            quietly(job::run);
            Thread.interrupted(); // whoever wanted to interrupt this job must not meet the next
            spare.incrementAndGet();
            quietly(job::report);
        }

        /** {@return whether it is to look again; false if it is to end} */
        private boolean sleep() {
            synchronized (asleep) {
                if (closed) {
                    all.remove(this);
                    return !jobs.isEmpty();
                }
                spare.decrementAndGet();
                if (!jobs.isEmpty()) { // one came when this still counted as spare
                    spare.incrementAndGet();
                    return true;
                }
                asleep.addLast(this);
                sleeping = true;
            }
            long until = System.nanoTime() + IDLE_NANOS;
            while (sleeping) {
                long left = until - System.nanoTime();
                if (left <= 0 && leave()) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.max(1, left));
                Thread.interrupted(); // a sleeper has nothing to be interrupted in
            }
            return true;
        }

        /** {@return whether it has left for good; false if someone has just woken it} */
        private boolean leave() {
            synchronized (asleep) {
                return asleep.remove(this) && all.remove(this);
            }
        }

        /** The edge of the thread: our own bugs end here. */
        private void quietly(Runnable work) {
            try {
                work.run();
            } catch (RuntimeException | Error bug) {
                LOG.error("a job broke on {}", thread.getName(), bug);
            }
        }
    }
}
