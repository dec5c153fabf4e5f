package io.sirsi.bench.harness;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one slice measured.
 *
 * @param byName the figures by the name that a {@link Measure} asks for
 */
public record Figures(Map<String, Double> byName) {

    public Figures {
        byName = Map.copyOf(byName);
    }

    /** {@return one figure} */
    public static Figures of(String name, double value) {
        return new Figures(Map.of(name, value));
    }

    /** {@return the figure of this name} */
    public double get(String name) {
        Double value = byName.get(name);
        if (value == null) {
            throw new IllegalStateException("no figure '" + name + "' in " + byName);
        }
        return value;
    }

    /** {@return whether it has this figure} */
    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /** {@return the mean of two slices, figure by figure} */
    public Figures mean(Figures other) {
        Map<String, Double> means = new LinkedHashMap<>();
        byName.forEach((name, value) -> means.put(name, (value + other.get(name)) / 2));
        return new Figures(means);
    }
}
