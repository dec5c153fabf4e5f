package io.sirsi.bench.harness;

import java.util.Arrays;
import java.util.Map;

/** Measures one commit after the other, from one thread. */
public final class Commits {

    private final byte[] record;
    private final int batch;

    /**
     * Makes one.
     *
     * @param recordBytes the size of each record
     * @param batch how many records a commit has
     */
    public Commits(int recordBytes, int batch) {
        this.record = new byte[recordBytes];
        this.batch = batch;
        for (int i = 0; i < recordBytes; i++) {
            record[i] = (byte) ('a' + i % 26);
        }
    }

    /**
     * Measures for a while.
     *
     * @param contender who
     * @param seconds for how long, at least; twenty commits in any case
     * @return {@code rate} in records a second, {@code p50} and {@code p99} of a commit in
     *     microseconds, and {@code p50-rate}, the rate that the median commit stands for
     * @throws Exception where a commit fails
     */
    public Figures run(AppendContender contender, double seconds) throws Exception {
        long[] nanos = new long[1 << 16];
        int count = 0;
        long start = System.nanoTime();
        long before = start;
        do {
            contender.commit(record, batch);
            long now = System.nanoTime();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = now - before;
            before = now;
        } while ((before - start) / 1e9 < seconds || count < 20);
        double took = (before - start) / 1e9;
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        double p50 = sorted[count / 2] / 1e3;
        return new Figures(
                Map.of(
                        "rate",
                        (double) count * batch / took,
                        "p50",
                        p50,
                        "p99",
                        sorted[Math.min(count - 1, count * 99 / 100)] / 1e3,
                        "p50-rate",
                        batch / p50 * 1e6));
    }
}
