package io.sirsi.bench.harness;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets several threads submit what one thread hands in, a batch a call, since a submission that
 * waits for the disk lets nobody else of its thread pass. All durable contenders are submitted to
 * by as many threads. For one thread that hands in.
 */
public final class Submitters implements AutoCloseable {

    /** How many threads submit. */
    public static final int THREADS = 4;

    private final int batchSize;
    private final Sender sender;
    private final BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(THREADS * 2);
    private final AtomicInteger underWay = new AtomicInteger();
    private @Nullable ExecutorService threads;
    private volatile @Nullable Exception failure;
    private Batch filling;

    /** Tasks that are submitted in one call. */
    public static final class Batch {
        private final byte[] priorities;
        private final int[] places;
        private int size;

        private Batch(int most) {
            priorities = new byte[most];
            places = new int[most];
        }

        /** {@return how many there are} */
        public int size() {
            return size;
        }

        /** {@return the priority of one, from 0 to 4} */
        public int priority(int index) {
            return priorities[index];
        }

        /** {@return the place of one} */
        public int place(int index) {
            return places[index];
        }
    }

    /** Submits. */
    @FunctionalInterface
    public interface Sender {

        /**
         * Submits a batch, and waits until it is accepted.
         *
         * @param thread which thread calls, from 0
         * @param batch the tasks
         * @throws Exception where it is refused
         */
        void send(int thread, Batch batch) throws Exception;
    }

    /**
     * Makes them.
     *
     * @param batchSize how many tasks a call has
     * @param sender makes the calls
     */
    public Submitters(int batchSize, Sender sender) {
        this.batchSize = batchSize;
        this.sender = sender;
        this.filling = new Batch(batchSize);
    }

    /** Starts the threads. */
    public void start() {
        ExecutorService started =
                Executors.newFixedThreadPool(
                        THREADS,
                        body -> {
                            Thread thread = new Thread(body, "bench-submitter");
                            thread.setDaemon(true);
                            return thread;
                        });
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            started.execute(() -> send(number));
        }
        threads = started;
    }

    private void send(int number) {
        try {
            while (true) {
                Batch batch = queue.take();
                try {
                    sender.send(number, batch);
                } finally {
                    underWay.decrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failure = e;
        }
    }

    /**
     * Hands a task in.
     *
     * @throws Exception where one before was refused
     */
    public void add(int priority, int place) throws Exception {
        filling.priorities[filling.size] = (byte) priority;
        filling.places[filling.size] = place;
        filling.size++;
        if (filling.size == batchSize) {
            pass();
        }
    }

    private void pass() throws Exception {
        underWay.incrementAndGet();
        while (!queue.offer(filling, 100, TimeUnit.MILLISECONDS)) {
            check();
        }
        filling = new Batch(batchSize);
    }

    /**
     * Hands in what waits for a full batch, and waits until all are accepted.
     *
     * @throws Exception where one was refused
     */
    public void flush() throws Exception {
        if (filling.size > 0) {
            pass();
        }
        while (underWay.get() > 0) {
            check();
            TimeUnit.MICROSECONDS.sleep(20);
        }
        check();
    }

    private void check() {
        Exception broken = failure;
        if (broken != null) {
            throw new IllegalStateException("a submission failed", broken);
        }
    }

    @Override
    public void close() {
        ExecutorService running = threads;
        if (running != null) {
            running.shutdownNow();
            try {
                running.awaitTermination(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        threads = null;
    }
}
