package io.sirsi.report.internal;

import com.samskivert.mustache.Mustache;
import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.cloud.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The page as its template reads it: words, no logic left.
 *
 * @param parts what is the same on every page, and the rows
 * @param head what the page is about
 * @param totals the figures at the top
 * @param severities findings by severity, the most severe first, those without any as well
 * @param gaps what could not be seen
 * @param charts resources by provider, type and region
 * @param groups findings, the most severe first
 */
record PageView(
        Parts parts,
        Head head,
        List<Figure> totals,
        List<Level> severities,
        List<Gap> gaps,
        List<Chart> charts,
        List<Group> groups) {

    /** With no more findings than this, also the harmless ones lie open. */
    private static final int OPEN_FINDINGS = 40;

    /**
     * What is written as it is.
     *
     * @param policy the content security policy
     * @param chartLicence the licence of the chart library
     * @param style writes the style sheet
     * @param chartLibrary writes the chart library
     * @param script writes our script
     * @param rows writes the resources
     */
    record Parts(
            String policy,
            String chartLicence,
            Mustache.Lambda style,
            Mustache.Lambda chartLibrary,
            Mustache.Lambda script,
            Mustache.Lambda rows) {}

    /**
     * @param title of the tab
     * @param scan its id
     * @param minute when it began, for people
     * @param state in one word
     * @param look the style class of the state
     * @param verdict what the state means for the reader
     * @param facts who, when, and what was wanted
     * @param resources whether there are any
     */
    record Head(
            String title,
            String scan,
            String minute,
            String state,
            String look,
            String verdict,
            List<Figure> facts,
            boolean resources) {}

    /**
     * @param label what
     * @param value how much
     */
    record Figure(String label, String value) {}

    /**
     * @param name the severity
     * @param look its style class
     * @param count how many findings
     * @param none whether there are none
     */
    record Level(String name, String look, String count, boolean none) {}

    /**
     * @param scope where
     * @param type what
     * @param sentence why
     * @param advice whether trying again can help
     * @param code the failure, for machines
     */
    record Gap(CloudScope scope, String type, String sentence, String advice, String code) {}

    /**
     * @param id of its element
     * @param title what it shows
     * @param key what the labels are
     * @param bars the longest first
     */
    record Chart(String id, String title, String key, List<Bar> bars) {}

    /**
     * @param label what
     * @param value how many, for scripts
     * @param count how many, for people
     */
    record Bar(String label, String value, String count) {}

    /**
     * @param level the severity
     * @param open whether it is unfolded at first
     * @param findings of this severity
     */
    record Group(Level level, boolean open, List<Item> findings) {}

    /**
     * @param sentence what is wrong
     * @param rule who says so
     * @param scope where
     * @param type of the resource
     * @param resource its id
     * @param evidence what the rule looked at
     */
    record Item(
            String sentence,
            String rule,
            CloudScope scope,
            String type,
            String resource,
            List<Figure> evidence) {}

    static PageView of(ScanSummary summary, List<Finding> findings, Parts parts) {
        List<Level> levels = new ArrayList<>();
        List<Group> groups = new ArrayList<>();
        Map<Severity, List<Finding>> bySeverity =
                findings.stream().collect(Collectors.groupingBy(Finding::severity));
        Severity[] severities = Severity.values();
        for (int i = severities.length - 1; i >= 0; i--) {
            List<Finding> same = bySeverity.getOrDefault(severities[i], List.of());
            Level level = level(severities[i], same.size());
            levels.add(level);
            if (!same.isEmpty()) {
                boolean open =
                        findings.size() <= OPEN_FINDINGS
                                || severities[i].compareTo(Severity.HIGH) >= 0;
                groups.add(new Group(level, open, same.stream().map(PageView::item).toList()));
            }
        }
        return new PageView(
                parts,
                head(summary, findings.size()),
                totals(summary, findings.size()),
                levels,
                summary.gaps().stream().map(PageView::gap).toList(),
                List.of(
                        chart(
                                "by-type",
                                "Resources by type",
                                "Type",
                                summary,
                                count -> count.type().value()),
                        chart(
                                "by-provider",
                                "Resources by provider",
                                "Provider",
                                summary,
                                count -> count.scope().provider()),
                        chart(
                                "by-region",
                                "Resources by region",
                                "Region",
                                summary,
                                count -> count.scope().provider() + " " + count.scope().region())),
                groups);
    }

    /** {@return whether anything could not be seen} */
    boolean hasGaps() {
        return !gaps.isEmpty();
    }

    /** {@return whether there are findings} */
    boolean hasFindings() {
        return !groups.isEmpty();
    }

    /** {@return how many gaps, in words} */
    String gapCount() {
        return DisplayText.count(gaps.size(), "gap");
    }

    private static Head head(ScanSummary summary, long findings) {
        Scan scan = summary.scan();
        String minute = DisplayText.minute(scan.span().startedAt());
        String title =
                "Scan "
                        + minute
                        + ": "
                        + DisplayText.count(summary.resources(), "resource")
                        + ", "
                        + DisplayText.count(findings, "finding")
                        + ", "
                        + DisplayText.count(summary.gaps().size(), "gap")
                        + " - Sirsi Nexus";
        return new Head(
                title,
                scan.id().value(),
                minute,
                word(scan.state()),
                scan.state() == ScanState.COMPLETE && summary.gaps().isEmpty()
                        ? "whole"
                        : "lacking",
                verdict(summary),
                facts(scan),
                summary.resources() > 0);
    }

    private static String verdict(ScanSummary summary) {
        String gaps =
                switch (summary.gaps().size()) {
                    case 0 -> "";
                    case 1 -> "One gap: what is named below could not be seen, and may well exist.";
                    default ->
                            DisplayText.count(summary.gaps().size())
                                    + " gaps: what is named below could not be seen, and may well exist.";
                };
        String state =
                switch (summary.scan().state()) {
                    case RUNNING -> "The scan is still running: this is what it has seen so far.";
                    case CANCELLED ->
                            "The scan was called off before its end: this is what it had seen by then.";
                    case INTERRUPTED ->
                            "The node went down while the scan ran: this is what it had seen by then.";
                    case COMPLETE ->
                            gaps.isEmpty() ? "Everything that was asked for was seen." : "";
                    case PARTIAL ->
                            gaps.isEmpty() ? "Not everything that was asked for was seen." : "";
                };
        return state.isEmpty() || gaps.isEmpty() ? state + gaps : state + " " + gaps;
    }

    private static List<Figure> facts(Scan scan) {
        ScanSpec spec = scan.spec();
        return List.of(
                new Figure("Started by", scan.owner()),
                new Figure("Started", DisplayText.second(scan.span().startedAt())),
                new Figure(
                        "Ended", scan.span().endedAt().map(DisplayText::second).orElse("not yet")),
                new Figure("Providers", asked(spec.providers())),
                new Figure("Accounts", asked(spec.accounts())),
                new Figure("Regions", asked(spec.regions())),
                new Figure("Types", asked(spec.types().stream().map(ResourceType::value).toList())),
                new Figure("Scan", scan.id().value()));
    }

    private static String asked(Collection<String> names) {
        return names.isEmpty() ? "all" : names.stream().sorted().collect(Collectors.joining(", "));
    }

    private static List<Figure> totals(ScanSummary summary, long findings) {
        Scan.Span span = summary.scan().span();
        return List.of(
                new Figure("Resources", DisplayText.count(summary.resources())),
                new Figure("Findings", DisplayText.count(findings)),
                new Figure("Gaps", DisplayText.count(summary.gaps().size())),
                new Figure(
                        "Duration",
                        span.endedAt()
                                .map(
                                        end ->
                                                DisplayText.duration(
                                                        Duration.between(span.startedAt(), end)))
                                .orElse("still running")),
                new Figure("API calls", DisplayText.count(summary.apiCalls())));
    }

    private static Level level(Severity severity, int count) {
        String look = severity.name().toLowerCase(Locale.ROOT);
        return new Level(
                severity.name().charAt(0) + look.substring(1),
                look,
                DisplayText.count(count),
                count == 0);
    }

    private static String word(ScanState state) {
        return state.name().charAt(0) + state.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private static Gap gap(CoverageGap gap) {
        AgentFailure failure = gap.failure();
        String advice = failure.retryable() ? "Scanning again can help" : "Needs a change first";
        return new Gap(
                gap.scope(),
                gap.type().map(ResourceType::value).orElse("everything"),
                failure.sentence(),
                failure.retryAfter()
                        .map(wait -> advice + ", after " + DisplayText.duration(wait))
                        .orElse(advice),
                failure.code().name());
    }

    private static Chart chart(
            String id,
            String title,
            String key,
            ScanSummary summary,
            Function<ScanSummary.Count, String> label) {
        Map<String, Long> sums = new TreeMap<>();
        for (ScanSummary.Count count : summary.counts()) {
            sums.merge(label.apply(count), count.count(), Long::sum);
        }
        return new Chart(
                id,
                title,
                key,
                sums.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                        .map(
                                sum ->
                                        new Bar(
                                                sum.getKey(),
                                                Long.toString(sum.getValue()),
                                                DisplayText.count(sum.getValue())))
                        .toList());
    }

    private static Item item(Finding finding) {
        return new Item(
                finding.sentence(),
                finding.rule(),
                finding.resource().scope(),
                finding.resource().type().value(),
                finding.resource().id(),
                new TreeMap<>(finding.evidence())
                        .entrySet().stream()
                                .map(
                                        entry ->
                                                new Figure(
                                                        entry.getKey(),
                                                        DisplayText.attribute(
                                                                entry.getKey(), entry.getValue())))
                                .toList());
    }
}
