package io.sirsi.bench.limit;

import io.sirsi.bench.harness.GraphContender;
import io.sirsi.bench.harness.Tally;
import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A graph of which each task is one object that counts what it still waits for. */
public final class CountedGraph implements GraphContender {

    private @Nullable ForkJoinPool pool;

    @Override
    public String id() {
        return "counted-graph";
    }

    @Override
    public String durability() {
        return "none; the physical limit: one counter a task, on a ForkJoinPool(2, async)";
    }

    @Override
    public void start() {
        pool = new ForkJoinPool(2, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }

    @Override
    public long run(int width, int depth) throws InterruptedException {
        ForkJoinPool runner = pool;
        if (runner == null) {
            throw new IllegalStateException("not started");
        }
        Tally tally = new Tally();
        Node[] first = new Node[width];
        Node[] layer = first;
        for (int i = 0; i < width; i++) {
            first[i] = new Node(tally, 1);
        }
        for (int row = 1; row < depth; row++) {
            Node[] next = new Node[width];
            for (int i = 0; i < width; i++) {
                next[i] = new Node(tally, 2);
            }
            for (int i = 0; i < width; i++) {
                layer[i].below = next[i];
                layer[(i + 1) % width].beside = next[i];
            }
            layer = next;
        }
        for (Node node : first) {
            runner.execute(node);
        }
        tally.await((long) width * depth, Duration.ofSeconds(30));
        return tally.ran();
    }

    @Override
    public void close() {
        ForkJoinPool runner = pool;
        if (runner != null) {
            runner.shutdownNow();
        }
        pool = null;
    }

    private static final class Node extends RecursiveAction {

        private static final long serialVersionUID = 1L;
        private static final AtomicIntegerFieldUpdater<Node> WAITS =
                AtomicIntegerFieldUpdater.newUpdater(Node.class, "waits");

        private final transient Tally tally;

        @SuppressWarnings("UnusedVariable") // the updater reads it
        private volatile int waits;

        private transient @Nullable Node below;
        private transient @Nullable Node beside;

        Node(Tally tally, int waits) {
            this.tally = tally;
            this.waits = waits;
        }

        @Override
        protected void compute() {
            tally.run(Tally.UNTIMED);
            release(below);
            release(beside);
            tally.complete();
        }

        private static void release(@Nullable Node node) {
            if (node != null && WAITS.decrementAndGet(node) == 0) {
                node.fork();
            }
        }
    }
}
