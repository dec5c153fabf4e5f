package io.sirsi.shell.internal;

import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.cloud.Severity;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.karaf.shell.support.table.Row;
import org.apache.karaf.shell.support.table.ShellTable;

/** A scan's result as people read it on a terminal. */
public final class ScanText {

    /** The width where none is known, in characters. */
    public static final int DEFAULT_WIDTH = 120;

    private static final int TOP_FINDINGS = 8;
    private static final int TYPE_WIDTH = 28;
    private static final int REGION_WIDTH = 17;

    private ScanText() {}

    /**
     * Prints type × region, findings, gaps, and what it took.
     *
     * @param out where to
     * @param summary the scan in numbers
     * @param findings its findings, the most severe first
     * @param width the width of the terminal, in characters
     */
    public static void summary(
            PrintStream out, ScanSummary summary, List<Finding> findings, int width) {
        counts(out, summary, width);
        findings(out, summary, findings);
        gaps(out, summary.gaps());
        out.println();
        out.println(
                Text.count(summary.resources(), "resource")
                        + ", "
                        + Text.count(findings.size(), "finding")
                        + ", "
                        + Text.count(summary.gaps().size(), "gap")
                        + ", "
                        + took(summary.scan())
                                .map(Text::duration)
                                .map(time -> "in " + time + ", ")
                                .orElse("")
                        + Text.count(summary.apiCalls(), "API call"));
    }

    /** Prints the same numbers as one JSON object. */
    public static void jsonSummary(PrintStream out, ScanSummary summary) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>(Views.SCAN.json(summary.scan()));
        object.put("resources", summary.resources());
        object.put("findings", new TreeMap<>(summary.findings()));
        object.put("apiCalls", summary.apiCalls());
        object.put(
                "counts",
                summary.counts().stream()
                        .map(
                                count ->
                                        Map.of(
                                                "type", count.type().value(),
                                                "provider", count.scope().provider(),
                                                "account", count.scope().account(),
                                                "region", count.scope().region(),
                                                "count", count.count()))
                        .toList());
        object.put("gaps", summary.gaps().stream().map(Views.GAP::json).toList());
        out.println(Json.text(Json.value(object)));
    }

    private static Optional<Duration> took(Scan scan) {
        return scan.span().endedAt().map(end -> Duration.between(scan.span().startedAt(), end));
    }

    /** One row a type; a column a region where they fit, else only the total. */
    private static void counts(PrintStream out, ScanSummary summary, int width) {
        TreeSet<String> regions =
                summary.counts().stream()
                        .map(count -> count.scope().region())
                        .collect(Collectors.toCollection(TreeSet::new));
        boolean wide = TYPE_WIDTH + (regions.size() + 1) * REGION_WIDTH <= width;
        Map<ResourceType, Map<String, Long>> table = new TreeMap<>();
        for (ScanSummary.Count count : summary.counts()) {
            table.computeIfAbsent(count.type(), none -> new TreeMap<>())
                    .merge(count.scope().region(), count.count(), Long::sum);
        }
        ShellTable shown = new ShellTable();
        shown.column("type");
        if (wide) {
            regions.forEach(region -> shown.column(region).alignRight());
        } else {
            shown.column("regions").alignRight();
        }
        shown.column("total").alignRight();
        table.forEach(
                (type, byRegion) -> {
                    Row row = shown.addRow();
                    row.addContent(type.value());
                    if (wide) {
                        regions.forEach(
                                region -> row.addContent(byRegion.getOrDefault(region, 0L)));
                    } else {
                        row.addContent(byRegion.size());
                    }
                    row.addContent(byRegion.values().stream().mapToLong(Long::longValue).sum());
                });
        shown.emptyTableText("no resources were seen").print(out, true);
    }

    private static void findings(PrintStream out, ScanSummary summary, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        NavigableMap<Severity, Long> counts = new TreeMap<>(summary.findings()).descendingMap();
        String bySeverity =
                counts.entrySet().stream()
                        .map(
                                entry ->
                                        entry.getValue()
                                                + " "
                                                + Text.of(entry.getKey()).toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        out.println();
        out.println("Findings: " + bySeverity);
        findings.stream()
                .limit(TOP_FINDINGS)
                .forEach(
                        finding ->
                                out.println(
                                        "  "
                                                + pad(Text.of(finding.severity()))
                                                + " "
                                                + Text.printable(finding.sentence())));
        if (findings.size() > TOP_FINDINGS) {
            out.println(
                    "  and "
                            + (findings.size() - TOP_FINDINGS)
                            + " more: cloud:findings, or the report");
        }
    }

    private static void gaps(PrintStream out, List<CoverageGap> gaps) {
        if (gaps.isEmpty()) {
            return;
        }
        out.println();
        out.println("Not seen:");
        for (CoverageGap gap : gaps) {
            out.println(
                    "  "
                            + place(gap.scope())
                            + gap.type().map(type -> " " + type).orElse("")
                            + ": "
                            + Text.printable(gap.failure().sentence()));
        }
    }

    private static String place(CloudScope scope) {
        return Text.printable(scope.toString());
    }

    private static String pad(String severity) {
        return severity + " ".repeat(Math.max(0, 8 - severity.length()));
    }
}
