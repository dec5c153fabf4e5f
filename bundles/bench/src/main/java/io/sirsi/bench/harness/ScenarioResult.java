package io.sirsi.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came out of a scenario.
 *
 * @param scenario which
 * @param played the rounds that were run
 * @param effort what it took
 * @param goals what the ratios must be
 */
public record ScenarioResult(Scenario scenario, Played played, Effort effort, Goals goals) {

    /**
     * The figures of each round, by contender.
     *
     * @param kept of the rounds that count
     * @param dropped of those in which the limit changed too much
     */
    public record Played(List<Map<String, Figures>> kept, List<Map<String, Figures>> dropped) {
        public Played {
            kept = List.copyOf(kept);
            dropped = List.copyOf(dropped);
        }
    }

    /**
     * What it took.
     *
     * @param wanted how many rounds were to count
     * @param tried how many were run
     * @param missing who does not take part, and why
     */
    public record Effort(int wanted, int tried, Map<String, String> missing) {
        public Effort {
            missing = Map.copyOf(missing);
        }
    }

    /** {@return whether any round counts} */
    public boolean steady() {
        return !played.kept().isEmpty();
    }

    /** The rounds that count; if none does, those dropped, to show roughly where things are. */
    private List<Map<String, Figures>> rounds() {
        return steady() ? played.kept() : played.dropped();
    }

    /**
     * {@return ours against each other that takes part; where there is a goal, also against one
     * that does not, without a ratio and with the reason}
     */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Measure measure : scenario.measures()) {
            for (Contender other : scenario.contenders()) {
                if (!other.id().equals(Contender.OURS)) {
                    row(measure, other, rows);
                }
            }
        }
        return rows;
    }

    private void row(Measure measure, Contender other, List<Row> rows) {
        List<Double> ratios = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (Map<String, Figures> round : rounds()) {
            Figures one = round.get(Contender.OURS);
            Figures two = round.get(other.id());
            if (one != null
                    && two != null
                    && one.has(measure.figure())
                    && two.has(measure.figure())) {
                ours.add(one.get(measure.figure()));
                theirs.add(two.get(measure.figure()));
                ratios.add(one.get(measure.figure()) / two.get(measure.figure()));
            }
        }
        Optional<Goal> goal = goals.of(measure.id(), other.id());
        String what = measure.what() + "; " + other.id() + ": " + other.durability();
        Optional<String> missing = missing(other, ratios);
        if (missing.isEmpty()) {
            Spread spread = Spread.of(ratios);
            Row.Compared compared =
                    new Row.Compared(
                            measure.unit(),
                            Spread.of(ours).median(),
                            other.id(),
                            Spread.of(theirs).median());
            Row.Ratio ratio = new Row.Ratio(spread.median(), spread.min(), spread.max());
            rows.add(
                    new Row(
                            measure.id(),
                            steady() ? what : what + "; " + Row.UNSTEADY,
                            compared,
                            ratio,
                            goal));
        } else if (goal.isPresent()) {
            rows.add(
                    new Row(
                            measure.id(),
                            what + "; not measured: " + missing.get(),
                            new Row.Compared(measure.unit(), Double.NaN, other.id(), Double.NaN),
                            Row.Ratio.NONE,
                            goal));
        }
    }

    /** One that left on the way has no figure: half a result would flatter it. */
    private Optional<String> missing(Contender other, List<Double> ratios) {
        for (String one : List.of(Contender.OURS, other.id())) {
            String why = effort.missing().get(one);
            if (why != null) {
                return Optional.of(one + " " + why);
            }
        }
        return ratios.isEmpty() ? Optional.of("there was no round") : Optional.empty();
    }

    /** {@return the figures of a contender over all rounds that count; empty if it has none} */
    public List<Double> figures(Contender contender, Measure measure) {
        if (effort.missing().containsKey(contender.id())) {
            return List.of();
        }
        List<Double> figures = new ArrayList<>();
        for (Map<String, Figures> round : rounds()) {
            Figures one = round.get(contender.id());
            if (one != null && one.has(measure.figure())) {
                figures.add(one.get(measure.figure()));
            }
        }
        return figures;
    }
}
