package io.sirsi.cloud;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A provider and what it can reach now.
 *
 * @param provider its name, such as {@code aws}
 * @param types what it can list
 * @param regions the regions that it knows
 * @param accounts the accounts that it would scan
 * @param hint how to connect an account, as one sentence, where there is none
 */
public record ProviderInfo(
        String provider,
        List<ResourceTypeInfo> types,
        Set<String> regions,
        List<CloudAccount> accounts,
        Optional<String> hint) {

    public ProviderInfo {
        types = List.copyOf(types);
        regions = Set.copyOf(regions);
        accounts = List.copyOf(accounts);
    }
}
