package io.sirsi.cloud;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps what scans saw. For the core; doors go through the hypervisor. It takes resources from
 * {@link ResourcesDiscovered} events, synchronously. Thread-safe; every method waits for the
 * database and throws {@link io.sirsi.failure.RefusedException} with reason UNAVAILABLE if that
 * fails.
 */
@ProviderType
public interface Inventory {

    /** Records that a scan begins. */
    void begin(Scan scan);

    /**
     * Records something that could not be seen. The same gap twice is one.
     *
     * @param scan which scan
     * @param gap what
     */
    void gap(ScanId scan, CoverageGap gap);

    /**
     * Records findings. A finding of the same rule on the same resource replaces the earlier one.
     *
     * @param scan which scan
     * @param findings what
     */
    void findings(ScanId scan, List<Finding> findings);

    /**
     * Records the end of a scan. A scan that has ended stays as it is.
     *
     * @param scan the scan, in a final state, with its end
     * @param apiCalls how many calls were made to providers
     */
    void end(Scan scan, long apiCalls);

    /** {@return the newest scans, newest first} */
    List<Scan> scans(int limit);

    /** {@return the scan with this name} */
    Optional<Scan> scan(ScanId scan);

    /** {@return what a scan has seen so far, in numbers; empty if there is no such scan} */
    Optional<ScanSummary> summary(ScanId scan);

    /** Reads resources in order of type, scope and id, without holding them all in memory. */
    void forEachResource(ResourceQuery query, Consumer<CloudResource> reader);

    /** {@return the findings of a scan, the most severe first} */
    List<Finding> findings(ScanId scan);
}
