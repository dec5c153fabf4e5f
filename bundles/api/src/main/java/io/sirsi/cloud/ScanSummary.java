package io.sirsi.cloud;

import java.util.List;
import java.util.Map;

/**
 * What a scan saw, in numbers.
 *
 * @param scan the scan
 * @param counts resources by type and scope, in order of type, then scope
 * @param findings how many findings of each severity; severities without any are left out
 * @param gaps what it could not see
 * @param apiCalls how many calls were made to providers, repeated ones included
 */
public record ScanSummary(
        Scan scan,
        List<Count> counts,
        Map<Severity, Long> findings,
        List<CoverageGap> gaps,
        long apiCalls) {

    /**
     * How many resources of one type live in one scope.
     *
     * @param type the type
     * @param scope the scope
     * @param count how many
     */
    public record Count(ResourceType type, CloudScope scope, long count) {}

    public ScanSummary {
        counts = List.copyOf(counts);
        findings = Map.copyOf(findings);
        gaps = List.copyOf(gaps);
    }

    /** {@return how many resources in all} */
    public long resources() {
        return counts.stream().mapToLong(Count::count).sum();
    }
}
