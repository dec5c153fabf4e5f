package io.sirsi.bench.harness;

import java.util.Arrays;
import java.util.Collection;

/**
 * Where values lie.
 *
 * @param min the smallest
 * @param median the middle one; the mean of the middle two of an even number
 * @param max the largest
 */
public record Spread(double min, double median, double max) {

    /** {@return the spread of at least one value} */
    public static Spread of(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no values have no spread");
        }
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }
}
