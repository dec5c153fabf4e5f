package io.sirsi.bench.harness;

import java.util.List;
import java.util.Locale;

/** A run in Markdown: where it ran, the ratios, and below them the figures they were made of. */
public final class Report {

    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a report.
     *
     * @param title its heading
     * @param circumstances where and how it ran, a line each
     */
    public Report(String title, List<String> circumstances) {
        text.append("# ").append(title).append("\n\n");
        for (String line : circumstances) {
            text.append("* ").append(line).append('\n');
        }
    }

    /**
     * Adds the ratios.
     *
     * @param rows all rows of the run
     * @return this
     */
    public Report ratios(List<Row> rows) {
        if (rows.isEmpty()) {
            return this;
        }
        text.append(
                "\n## Ratios: ours divided by the other's, median of the rounds [min – max]\n\n");
        text.append("| id | what | ours | against | ratio | goal | holds |\n");
        text.append("|---|---|---|---|---|---|---|\n");
        for (Row row : rows) {
            Row.Compared compared = row.compared();
            text.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %s | %s | %s %s | %s | %s | %s |\n",
                            row.id(),
                            cell(row.what()),
                            row.measured() ? compared.unit().format(compared.ours()) : "",
                            compared.against(),
                            row.measured() ? compared.unit().format(compared.theirs()) : "",
                            row.measured() ? ratio(row.ratio()) : "–",
                            row.goal().map(Goal::toString).orElse("–"),
                            row.holds()
                                    .map(holds -> holds ? "yes" : "**no**")
                                    .orElse(row.goal().isPresent() ? "not measured" : "–")));
        }
        return this;
    }

    /**
     * Adds the figures of a scenario.
     *
     * @param result of the scenario
     * @return this
     */
    public Report figures(ScenarioResult result) {
        Scenario scenario = result.scenario();
        ScenarioResult.Effort effort = result.effort();
        text.append("\n## ").append(scenario.id()).append(": ").append(scenario.title());
        text.append(
                String.format(
                        "\n\n%d rounds counted, %d dropped because the limit changed by more than"
                                + " 25 %% within them.\n\n",
                        result.played().kept().size(), result.played().dropped().size()));
        if (!result.steady()) {
            text.append(
                    "No round counts, so what follows is from those dropped, and no result.\n\n");
        }
        text.append("| contender | durability or settings |");
        StringBuilder line = new StringBuilder("|---|---|");
        for (Measure measure : scenario.measures()) {
            text.append(' ').append(measure.id()).append(" |");
            line.append("---|");
        }
        text.append('\n').append(line).append('\n');
        for (Contender contender : scenario.contenders()) {
            String missing = effort.missing().get(contender.id());
            text.append("| ").append(contender.id()).append(" | ");
            text.append(contender.durability()).append(" |");
            for (Measure measure : scenario.measures()) {
                List<Double> figures = result.figures(contender, measure);
                String cell = missing == null ? "–" : cell(missing);
                text.append(' ')
                        .append(figures.isEmpty() ? cell : spread(measure.unit(), figures))
                        .append(" |");
            }
            text.append('\n');
        }
        return this;
    }

    private static String spread(Measure.Unit unit, List<Double> figures) {
        Spread spread = Spread.of(figures);
        return unit.format(spread.median())
                + " ["
                + unit.format(spread.min())
                + " – "
                + unit.format(spread.max())
                + "]";
    }

    private static String cell(String text) {
        return text.replace('|', '/').replace('\n', ' ');
    }

    private static String ratio(Row.Ratio ratio) {
        return ratio(ratio.median()) + " [" + ratio(ratio.min()) + " – " + ratio(ratio.max()) + "]";
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, ratio >= 100 ? "%.0f" : "%.2f", ratio);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
