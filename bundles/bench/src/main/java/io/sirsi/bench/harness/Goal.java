package io.sirsi.bench.harness;

/**
 * What a ratio must be.
 *
 * @param atLeast whether the bound is the least, or the most
 * @param bound the bound
 */
public record Goal(boolean atLeast, double bound) {

    /**
     * Reads a goal.
     *
     * @param text {@code >= 0.4} or {@code <= 1.15}
     * @return the goal
     */
    public static Goal parse(String text) {
        String bound = text.strip();
        if (!bound.startsWith(">=") && !bound.startsWith("<=")) {
            throw new IllegalArgumentException("a goal begins with >= or <=: '" + text + "'");
        }
        return new Goal(bound.startsWith(">="), Double.parseDouble(bound.substring(2).strip()));
    }

    /** {@return whether a ratio meets it} */
    public boolean holds(double ratio) {
        return atLeast ? ratio >= bound : ratio <= bound;
    }

    @Override
    public String toString() {
        String number = Double.toString(bound);
        return (atLeast ? ">= " : "<= ")
                + (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number);
    }
}
