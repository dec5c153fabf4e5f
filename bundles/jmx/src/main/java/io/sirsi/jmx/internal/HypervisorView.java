package io.sirsi.jmx.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.jmx.AuditView;
import io.sirsi.jmx.HealthView;
import io.sirsi.jmx.HypervisorMXBean;
import io.sirsi.jmx.ScanSummaryView;
import io.sirsi.jmx.ScanView;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The node and its scans, for JMX. */
final class HypervisorView extends Notices implements HypervisorMXBean {

    static final String SCAN_STARTED = "io.sirsi.scan.started";
    static final String SCAN_ENDED = "io.sirsi.scan.ended";

    private final Calls calls;
    private final Clock clock;

    HypervisorView(Calls calls, Clock clock) {
        super(SCAN_STARTED, SCAN_ENDED);
        this.calls = calls;
        this.clock = clock;
    }

    @Override
    public String getVersion() {
        return calls.call(node -> node.status().version());
    }

    @Override
    public String getStartedAt() {
        return calls.call(node -> node.status().startedAt().toString());
    }

    @Override
    public Map<String, Long> getCounts() {
        return calls.call(node -> node.status().counts());
    }

    @Override
    public List<HealthView> getHealth() {
        return calls.call(
                node ->
                        new TreeMap<>(node.status().health())
                                .entrySet().stream()
                                        .map(part -> Agents.health(part.getKey(), part.getValue()))
                                        .toList());
    }

    @Override
    public List<String> getMyPermissions() {
        return calls.call(node -> Agents.words(node.myPermissions()));
    }

    @Override
    public List<ScanView> listScans(int limit) {
        return calls.call(
                node -> node.scans(Limits.checked(limit)).stream().map(this::view).toList());
    }

    @Override
    public ScanSummaryView getScanSummary(String scan) {
        return calls.call(node -> view(node.scanSummary(new ScanId(scan))));
    }

    @Override
    public List<AuditView> listAuditRecords(int limit) {
        return calls.call(
                node ->
                        node.auditRecords(AuditQuery.newest(Limits.checked(limit))).stream()
                                .map(HypervisorView::view)
                                .toList());
    }

    @Override
    public String startScan() {
        return calls.call(node -> node.startScan(ScanSpec.EVERYTHING).value());
    }

    @Override
    public String startScan(
            String[] providers, String[] accounts, String[] regions, String[] types) {
        return calls.call(
                node ->
                        node.startScan(
                                        new ScanSpec(
                                                set(providers),
                                                set(accounts),
                                                set(regions),
                                                set(types).stream()
                                                        .map(ResourceType::new)
                                                        .collect(Collectors.toSet()),
                                                ScanSpec.EVERYTHING.timeout()))
                                .value());
    }

    @Override
    public boolean cancelScan(String scan) {
        return calls.call(node -> node.cancelScan(new ScanId(scan)));
    }

    private static Set<String> set(String[] words) {
        return Arrays.stream(words).collect(Collectors.toSet());
    }

    private ScanView view(Scan scan) {
        return new ScanView(
                scan.id().value(),
                scan.owner(),
                scan.state().name(),
                scan.span().startedAt().toString(),
                Duration.between(
                                scan.span().startedAt(),
                                scan.span().endedAt().orElseGet(clock::instant))
                        .toSeconds());
    }

    private ScanSummaryView view(ScanSummary summary) {
        Map<String, Long> byType =
                summary.counts().stream()
                        .collect(
                                Collectors.groupingBy(
                                        count -> count.type().toString(),
                                        Collectors.summingLong(ScanSummary.Count::count)));
        Map<String, Long> bySeverity =
                summary.findings().entrySet().stream()
                        .collect(Collectors.toMap(e -> e.getKey().name(), Map.Entry::getValue));
        return new ScanSummaryView(
                view(summary.scan()),
                summary.resources(),
                byType,
                bySeverity,
                summary.gaps().size(),
                summary.apiCalls());
    }

    private static AuditView view(AuditRecord audited) {
        String at = audited.at().toString();
        if (audited.entry() instanceof AuditRecord.Intent intent) {
            AuditAction action = intent.action();
            return new AuditView(
                    audited.sequence(),
                    at,
                    "intent",
                    action.caller().toString(),
                    action.permission().value(),
                    action.target(),
                    "");
        }
        if (audited.entry() instanceof AuditRecord.Result result) {
            return new AuditView(
                    audited.sequence(),
                    at,
                    "result",
                    "",
                    "",
                    Long.toString(result.intent()),
                    result.outcome() + (result.note().isEmpty() ? "" : ": " + result.note()));
        }
        String note = audited.entry() instanceof AuditRecord.Remark remark ? remark.note() : "";
        return new AuditView(audited.sequence(), at, "remark", "", "", "", note);
    }
}
