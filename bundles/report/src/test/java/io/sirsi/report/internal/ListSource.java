package io.sirsi.report.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.cloud.Severity;
import io.sirsi.report.ReportSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A scan made of lists; it counts its readers. */
final class ListSource implements ReportSource {

    static final Instant START = Instant.parse("2026-03-01T08:30:15.250Z");
    static final CloudScope HOST = new CloudScope("host", "workbench", CloudScope.GLOBAL);
    static final CloudScope IRELAND = new CloudScope("aws", "123456789012", "eu-west-1");
    static final ResourceType DISK = ResourceType.of("host:disk");
    static final ResourceType INSTANCE = ResourceType.of("aws:ec2:instance");

    final List<CloudResource> resources = new ArrayList<>();
    final List<Finding> findings = new ArrayList<>();
    final List<CoverageGap> gaps = new ArrayList<>();
    ScanState state = ScanState.COMPLETE;
    Optional<Instant> end = Optional.of(START.plusMillis(72_345));
    String owner = "ops";
    int summariesRead;
    int findingsRead;
    int resourcesRead;

    ListSource resource(CloudScope scope, ResourceType type, String id, String name) {
        return resource(scope, type, id, name, Map.of(), Map.of());
    }

    ListSource resource(
            CloudScope scope,
            ResourceType type,
            String id,
            String name,
            Map<String, String> tags,
            Map<String, String> attributes) {
        resources.add(new CloudResource(new ResourceKey(scope, type, id), name, tags, attributes));
        return this;
    }

    ListSource finding(
            String rule,
            Severity severity,
            ResourceKey on,
            String sentence,
            Map<String, String> evidence) {
        findings.add(new Finding(rule, severity, on, sentence, evidence));
        return this;
    }

    ListSource gap(CloudScope scope, Optional<ResourceType> type, AgentFailure failure) {
        gaps.add(new CoverageGap(scope, type, failure));
        state = ScanState.PARTIAL;
        return this;
    }

    @Override
    public ScanSummary summary() {
        summariesRead++;
        Map<String, ScanSummary.Count> counts = new TreeMap<>();
        for (CloudResource resource : resources) {
            counts.merge(
                    resource.key().type() + " " + resource.key().scope(),
                    new ScanSummary.Count(resource.key().type(), resource.key().scope(), 1),
                    (a, b) -> new ScanSummary.Count(a.type(), a.scope(), a.count() + b.count()));
        }
        return new ScanSummary(
                new Scan(
                        new ScanId("scan-0123456789abcdefghijklmnop"),
                        owner,
                        ScanSpec.EVERYTHING,
                        state,
                        new Scan.Span(START, end)),
                List.copyOf(counts.values()),
                findings.stream()
                        .collect(Collectors.groupingBy(Finding::severity, Collectors.counting())),
                gaps,
                1_234);
    }

    @Override
    public List<Finding> findings() {
        findingsRead++;
        return List.copyOf(findings);
    }

    @Override
    public void forEachResource(Consumer<CloudResource> reader) {
        resourcesRead++;
        resources.forEach(reader);
    }

    /** {@return a scan with something of everything} */
    static ListSource mixed() {
        ListSource source =
                new ListSource()
                        .resource(
                                HOST,
                                DISK,
                                "/dev/sda",
                                "sda",
                                Map.of(),
                                Map.of("sizeBytes", "512110190592", "model", "SSD 970"))
                        .resource(
                                IRELAND,
                                INSTANCE,
                                "i-0a1b2c",
                                "web-1",
                                Map.of("team", "shop", "Name", "web-1"),
                                Map.of("state", "running"));
        source.finding(
                "host-disk-full",
                Severity.CRITICAL,
                source.resources.get(0).key(),
                "/dev/sda is 97 % full; free some space or grow it.",
                Map.of("usedPercent", "97", "freeBytes", "1048576"));
        source.finding(
                "aws-ec2-untagged",
                Severity.LOW,
                source.resources.get(1).key(),
                "i-0a1b2c has no tag owner; add it.",
                Map.of());
        return source.gap(
                        IRELAND,
                        Optional.of(ResourceType.of("aws:s3:bucket")),
                        AgentFailure.of(
                                AgentFailure.Code.FORBIDDEN, "s3:ListAllMyBuckets was refused"))
                .gap(
                        new CloudScope("aws", "123456789012", "eu-north-1"),
                        Optional.empty(),
                        AgentFailure.throttled(
                                "the region asks for patience",
                                Optional.of(Duration.ofSeconds(9))));
    }
}
