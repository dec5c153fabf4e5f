package io.sirsi.jmx;

import java.util.Map;
import javax.management.ConstructorParameters;

/** What a scan has seen so far, in numbers. */
public final class ScanSummaryView {

    private final ScanView scan;
    private final long resources;
    private final Map<String, Long> resourcesByType;
    private final Map<String, Long> findingsBySeverity;
    private final long gaps;
    private final long apiCalls;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param scan the scan
     * @param resources how many resources it saw
     * @param resourcesByType how many of each type
     * @param findingsBySeverity how many findings of each severity
     * @param gaps how many places or types it could not see
     * @param apiCalls how many calls were made, repeated ones included
     */
    @ConstructorParameters({
        "scan",
        "resources",
        "resourcesByType",
        "findingsBySeverity",
        "gaps",
        "apiCalls"
    })
    public ScanSummaryView(
            ScanView scan,
            long resources,
            Map<String, Long> resourcesByType,
            Map<String, Long> findingsBySeverity,
            long gaps,
            long apiCalls) {
        this.scan = scan;
        this.resources = resources;
        this.resourcesByType = Map.copyOf(resourcesByType);
        this.findingsBySeverity = Map.copyOf(findingsBySeverity);
        this.gaps = gaps;
        this.apiCalls = apiCalls;
    }

    /** {@return the scan} */
    public ScanView getScan() {
        return scan;
    }

    /** {@return how many resources it saw} */
    public long getResources() {
        return resources;
    }

    /** {@return how many of each type} */
    public Map<String, Long> getResourcesByType() {
        return resourcesByType;
    }

    /** {@return how many findings of each severity} */
    public Map<String, Long> getFindingsBySeverity() {
        return findingsBySeverity;
    }

    /** {@return how many places or types it could not see} */
    public long getGaps() {
        return gaps;
    }

    /** {@return how many calls were made, repeated ones included} */
    public long getApiCalls() {
        return apiCalls;
    }
}
