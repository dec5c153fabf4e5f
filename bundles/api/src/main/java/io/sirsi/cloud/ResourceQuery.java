package io.sirsi.cloud;

import java.util.Optional;

/**
 * Which resources to read.
 *
 * @param scan of which scan
 * @param type only those of this type, if given
 * @param region only those in this region, if given
 * @param limit how many at most, 1 to 10,000,000
 */
public record ResourceQuery(
        ScanId scan, Optional<ResourceType> type, Optional<String> region, int limit) {

    public ResourceQuery {
        if (limit < 1 || limit > 10_000_000) {
            throw new IllegalArgumentException("limit must be 1 to 10000000: " + limit);
        }
    }

    /** {@return all resources of a scan} */
    public static ResourceQuery all(ScanId scan) {
        return new ResourceQuery(scan, Optional.empty(), Optional.empty(), 10_000_000);
    }
}
