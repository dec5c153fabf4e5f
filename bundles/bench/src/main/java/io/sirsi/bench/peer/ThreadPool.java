package io.sirsi.bench.peer;

import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's thread pool with two workers. */
public final class ThreadPool implements TaskContender {

    private final Order order;
    private final Tally tally = new Tally();
    private @Nullable ThreadPoolExecutor pool;
    private long submitted;

    /** In which order tasks run. */
    public enum Order {
        /** As they come: a linked queue. */
        FIFO,
        /** By priority, and as they come within one: a heap. */
        PRIORITY
    }

    /**
     * Makes one.
     *
     * @param order in which order tasks run
     */
    public ThreadPool(Order order) {
        this.order = order;
    }

    @Override
    public String id() {
        return order == Order.FIFO ? "thread-pool" : "thread-pool-pbq";
    }

    @Override
    public String durability() {
        return order == Order.FIFO
                ? "none; ThreadPoolExecutor(2) + LinkedBlockingQueue"
                : "none; ThreadPoolExecutor(2) + PriorityBlockingQueue, five priorities";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() {
        pool =
                new ThreadPoolExecutor(
                        2,
                        2,
                        0,
                        TimeUnit.SECONDS,
                        order == Order.FIFO
                                ? new LinkedBlockingQueue<>()
                                : new PriorityBlockingQueue<>());
    }

    @Override
    public void submit(int priority, int place) {
        ThreadPoolExecutor running = pool;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        running.execute(new Ordered(tally, place, priority, submitted++));
    }

    @Override
    public void close() {
        ThreadPoolExecutor running = pool;
        if (running != null) {
            running.shutdownNow();
        }
        pool = null;
    }

    private record Ordered(Tally tally, int place, int priority, long number)
            implements Runnable, Comparable<Ordered> {

        @Override
        public void run() {
            tally.run(place);
            tally.complete();
        }

        @Override
        public int compareTo(Ordered other) {
            int byPriority = Integer.compare(other.priority, priority);
            return byPriority != 0 ? byPriority : Long.compare(number, other.number);
        }
    }
}
