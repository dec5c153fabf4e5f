package io.sirsi.cloud;

import java.time.Duration;
import java.util.Set;

/**
 * What to scan. An empty set means all that there is.
 *
 * @param providers names of providers
 * @param accounts names of accounts, as {@link CloudAccount#name}
 * @param regions names of regions; what belongs to no region is scanned also
 * @param types types of resource
 * @param timeout the longest time for the whole, 1 second to 1 day; what is missing then is a gap
 */
public record ScanSpec(
        Set<String> providers,
        Set<String> accounts,
        Set<String> regions,
        Set<ResourceType> types,
        Duration timeout) {

    /** Everything, within fifteen minutes. */
    public static final ScanSpec EVERYTHING =
            new ScanSpec(Set.of(), Set.of(), Set.of(), Set.of(), Duration.ofMinutes(15));

    public ScanSpec {
        providers = Set.copyOf(providers);
        accounts = Set.copyOf(accounts);
        regions = Set.copyOf(regions);
        types = Set.copyOf(types);
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0
                || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "a scan's timeout must be 1 second to 1 day: " + timeout);
        }
    }
}
