package io.sirsi.bench.peer;

import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** The JDK's work-stealing pool, first in first out, two workers; knows no priorities. */
public final class ForkJoin implements TaskContender {

    private final Tally tally = new Tally();
    private @Nullable ForkJoinPool pool;

    @Override
    public String id() {
        return "fork-join-pool";
    }

    @Override
    public String durability() {
        return "none; ForkJoinPool(2, async), no priorities";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() {
        pool = new ForkJoinPool(2, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }

    @Override
    public void submit(int priority, int place) {
        ForkJoinPool running = pool;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        running.execute(
                () -> {
                    tally.run(place);
                    tally.complete();
                });
    }

    @Override
    public void close() {
        ForkJoinPool running = pool;
        if (running != null) {
            running.shutdownNow();
        }
        pool = null;
    }
}
