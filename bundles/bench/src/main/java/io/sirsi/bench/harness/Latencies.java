package io.sirsi.bench.harness;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Latencies of a run at a fixed rate, each measured from the moment at which it was meant to begin:
 * one that had to wait because others were late counts in full. Each place is written by one thread
 * once; read after all were written.
 */
public final class Latencies {

    private final long[] meant;
    private final long[] nanos;
    private final int perWindow;

    /**
     * Makes one.
     *
     * @param count how many there will be
     * @param perWindow how many belong to one window
     */
    public Latencies(int count, int perWindow) {
        this.meant = new long[count];
        this.nanos = new long[count];
        this.perWindow = perWindow;
    }

    /** Says when one is meant to begin, before anybody could note that it did. */
    public void meant(int place, long moment) {
        meant[place] = moment;
    }

    /** Notes when one began. */
    public void began(int place, long moment) {
        nanos[place] = moment - meant[place];
    }

    /**
     * {@return {@code p50} and {@code p99} of all, and of the windows the median one's p99 as
     * {@code window-p99} and the best one's as {@code best-p99}, in microseconds}
     */
    public Figures figures() {
        int windows = nanos.length / perWindow;
        double[] p99 = new double[windows];
        for (int i = 0; i < windows; i++) {
            p99[i] = micros(sorted(i * perWindow, (i + 1) * perWindow), 0.99);
        }
        Arrays.sort(p99);
        long[] all = sorted(0, nanos.length);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("p50", micros(all, 0.5));
        figures.put("p99", micros(all, 0.99));
        figures.put("window-p99", p99[windows / 2]);
        figures.put("best-p99", p99[0]);
        return new Figures(figures);
    }

    private long[] sorted(int from, int to) {
        long[] part = Arrays.copyOfRange(nanos, from, to);
        Arrays.sort(part);
        return part;
    }

    private static double micros(long[] sorted, double quantile) {
        int place = (int) Math.ceil(quantile * sorted.length) - 1;
        return Math.max(sorted[Math.max(place, 0)], 1) / 1e3;
    }
}
