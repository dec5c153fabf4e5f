package io.sirsi.cloud;

import java.util.Optional;

/**
 * Which resources to read.
 *
 * @param scan of which scan
 * @param type only those of this type, if given
 * @param region only those in this region, if given
 * @param after only those that come behind this one in the order of reading, if given; it need not
 *     be there
 * @param limit how many at most, 1 to 10,000,000
 */
public record ResourceQuery(
        ScanId scan,
        Optional<ResourceType> type,
        Optional<String> region,
        Optional<ResourceKey> after,
        int limit) {

    public ResourceQuery {
        if (limit < 1 || limit > 10_000_000) {
            throw new IllegalArgumentException("limit must be 1 to 10000000: " + limit);
        }
    }

    /** From the beginning. */
    public ResourceQuery(
            ScanId scan, Optional<ResourceType> type, Optional<String> region, int limit) {
        this(scan, type, region, Optional.empty(), limit);
    }

    /** {@return all resources of a scan} */
    public static ResourceQuery all(ScanId scan) {
        return new ResourceQuery(scan, Optional.empty(), Optional.empty(), 10_000_000);
    }
}
