package io.sirsi.bench.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures how long after the moment at which it was meant to be submitted a task begins, at a
 * fixed rate that does not wait for anybody. Where a submission waits for a disk, several threads
 * take the moments in turns, so that one that takes long does not hold up the next.
 */
public final class OpenLoop {

    private static final int WINDOW_MILLIS = 250;

    /** Until all threads are there. */
    private static final long START_NANOS = 5_000_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int perSecond;
    private final int windows;
    private final int threads;

    /**
     * Makes one.
     *
     * @param perSecond the rate
     * @param windows how many windows of 250 ms a slice has
     * @param threads how many threads submit
     */
    public OpenLoop(int perSecond, int windows, int threads) {
        this.perSecond = perSecond;
        this.windows = windows;
        this.threads = threads;
    }

    /**
     * Measures one slice.
     *
     * @param contender who
     * @return the figures of {@link Latencies#figures}
     * @throws Exception where it fails, or did not end every task once
     */
    public Figures slice(TaskContender contender) throws Exception {
        int perWindow = perSecond * WINDOW_MILLIS / 1000;
        // The first window is the way into the rhythm and does not count.
        int lead = perWindow;
        int count = perWindow * windows;
        Latencies latencies = new Latencies(count, perWindow);
        Tally tally = contender.tally();
        long goal = tally.completed() + lead + count;
        tally.time(latencies);
        Pacer.Beat beat =
                (place, moment) -> {
                    int timed = place < lead ? Tally.UNTIMED : place - lead;
                    if (timed >= 0) {
                        latencies.meant(timed, moment);
                    }
                    contender.submit(2, timed);
                    contender.flush();
                };
        try {
            pace(lead + count, beat);
            tally.await(goal, PATIENCE);
        } finally {
            tally.timeNothing();
        }
        return latencies.figures();
    }

    private void pace(int count, Pacer.Beat beat) throws Exception {
        Pacer pacer = new Pacer(perSecond);
        long start = System.nanoTime() + START_NANOS;
        List<Callable<Boolean>> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            Pacer.Share share = new Pacer.Share(i, threads, count);
            others.add(
                    () -> {
                        pacer.run(start, share, beat);
                        return true;
                    });
        }
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            List<Future<Boolean>> running = new ArrayList<>();
            others.forEach(one -> running.add(pool.submit(one)));
            pacer.run(start, new Pacer.Share(0, threads, count), beat);
            for (Future<Boolean> one : running) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
