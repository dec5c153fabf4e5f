package io.sirsi.bench.harness;

import java.util.Arrays;

/** Measures one thing many times over. */
public final class Samples {

    private Samples() {}

    /** Something that measures itself. */
    @FunctionalInterface
    public interface Timed {

        /**
         * Does it once.
         *
         * @return how long what counts of it took, in ns
         * @throws Exception where it fails
         */
        double nanos() throws Exception;
    }

    /**
     * {@return the median of so many times}
     *
     * @throws Exception where one fails
     */
    public static double median(int times, Timed timed) throws Exception {
        double[] all = new double[times];
        for (int i = 0; i < times; i++) {
            all[i] = timed.nanos();
        }
        Arrays.sort(all);
        return all[times / 2];
    }
}
