package io.sirsi.bench.harness;

import java.util.Locale;
import java.util.Optional;

/**
 * A row of the result: ours against one other.
 *
 * @param id which row
 * @param what what is compared, with the other's durability
 * @param compared the two figures
 * @param ratio ours divided by the other's
 * @param goal what the ratio must be, where something must be
 */
public record Row(String id, String what, Compared compared, Ratio ratio, Optional<Goal> goal) {

    /** Said of a row whose ratio is no result. */
    static final String UNSTEADY = "in no round was the limit steady, so this is no result";

    /**
     * The two figures.
     *
     * @param unit what they count
     * @param ours the median of ours
     * @param against with whom it is compared
     * @param theirs the median of theirs
     */
    public record Compared(Measure.Unit unit, double ours, String against, double theirs) {}

    /**
     * Ours divided by the other's, round by round.
     *
     * @param median the median of the rounds
     * @param min the smallest
     * @param max the largest
     */
    public record Ratio(double median, double min, double max) {

        /** Nothing was measured. */
        public static final Ratio NONE = new Ratio(Double.NaN, Double.NaN, Double.NaN);
    }

    /** {@return whether something was measured, well or not} */
    public boolean measured() {
        return !Double.isNaN(ratio.median());
    }

    /** {@return whether the ratio is a result} */
    public boolean counts() {
        return measured() && !what.endsWith(UNSTEADY);
    }

    /** {@return whether the goal is met; empty where there is none, or the ratio is no result} */
    public Optional<Boolean> holds() {
        return goal.filter(one -> counts()).map(one -> one.holds(ratio.median()));
    }

    /** {@return the row as one line of JSON} */
    public String json() {
        return String.format(
                Locale.ROOT,
                "{\"id\":%s,\"what\":%s,\"ours\":%s,\"against\":%s,\"ratio\":%s,\"min\":%s,\"max\":%s,"
                        + "\"goal\":%s,\"holds\":%s}",
                quoted(id),
                quoted(what),
                number(compared.ours()),
                quoted(compared.against()),
                number(ratio.median()),
                number(ratio.min()),
                number(ratio.max()),
                goal.map(one -> quoted(one.toString())).orElse("null"),
                holds().map(String::valueOf).orElse("null"));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "null";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
