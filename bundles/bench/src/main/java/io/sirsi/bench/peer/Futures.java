package io.sirsi.bench.peer;

import io.sirsi.bench.harness.GraphContender;
import io.sirsi.bench.harness.Tally;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's futures: each task is {@code runAfterBothAsync} of two others. */
public final class Futures implements GraphContender {

    private @Nullable ForkJoinPool pool;

    @Override
    public String id() {
        return "completable-future";
    }

    @Override
    public String durability() {
        return "none; CompletableFuture.runAfterBothAsync on a ForkJoinPool(2, async)";
    }

    @Override
    public void start() {
        pool = new ForkJoinPool(2, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }

    @Override
    public long run(int width, int depth) throws Exception {
        ForkJoinPool runner = pool;
        if (runner == null) {
            throw new IllegalStateException("not started");
        }
        Tally tally = new Tally();
        Runnable body =
                () -> {
                    tally.run(Tally.UNTIMED);
                    tally.complete();
                };
        CompletableFuture<?>[] layer = new CompletableFuture<?>[width];
        CompletableFuture<@Nullable Void> begin = new CompletableFuture<>();
        for (int i = 0; i < width; i++) {
            layer[i] = begin.thenRunAsync(body, runner);
        }
        // Running starts while the graph is still built, as it does for all contenders that can.
        begin.complete(null);
        for (int row = 1; row < depth; row++) {
            CompletableFuture<?>[] next = new CompletableFuture<?>[width];
            for (int i = 0; i < width; i++) {
                next[i] = layer[i].runAfterBothAsync(layer[(i + 1) % width], body, runner);
            }
            layer = next;
        }
        CompletableFuture.allOf(layer).get(60, TimeUnit.SECONDS);
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
}
